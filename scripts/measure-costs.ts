/**
 * What the parts of a run cost on this machine: runs plans of different size and fits the costs of
 * bench/run/estimate.ts to how long they took, each run counting by its relative error. Prints both.
 *
 * node dist/scripts/measure-costs.js [--cpu]
 *
 * With --cpu it takes CPU time for how long they took: on a machine that does other work as well that is nearer to
 * what a quiet one would take (and somewhat more, as workers start side by side there).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocument } from '../bench/document/read.js';
import { COSTS, estimateMs, type Workload, workOf } from '../bench/run/estimate.js';
import { LeastSquares } from '../bench/stats/least-squares.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const FIVE = 'openssl@1.1.1,openssl@3.0,openssl@3.5,openssl@4.0,bundled';
/** Targets, suite or operations, blocks, rounds: each cost is large in some of them. */
const PLANS: readonly (readonly [string, readonly string[], number, number])[] = [
  ['bundled', ['--operation', 'noop'], 1, 1],
  [FIVE, ['--operation', 'noop'], 1, 1],
  [FIVE, ['--operation', 'noop'], 20, 1],
  [FIVE, ['--suite', 'bare'], 1, 1],
  [FIVE, ['--suite', 'bare'], 10, 1],
  [FIVE, ['--suite', 'bare'], 10, 24],
  [FIVE, ['--suite', 'standard'], 2, 24],
  ['bundled,openssl@3.5', ['--suite', 'standard'], 8, 24],
  [FIVE, ['--suite', 'full'], 1, 12],
];
const INSTRUCTIONS_COUNTED = ['system', ['--operation', 'new,dup,up-ref', '--instructions'], 1, 1] as const;

interface Measured {
  readonly load: Workload;
  readonly ms: number;
  readonly bytesPerCell: number;
}

/** Milliseconds since some moment: of the clock, or of CPU time of all processes that were started here and have ended. */
const clock = process.argv.includes('--cpu') ? cpuMs : () => performance.now();

function cpuMs(): number {
  // proc_pid_stat(5): after the name in parentheses, cutime and cstime are fields 16 and 17, in ticks of 10 ms.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

function measure([targets, scenarios, blocks, rounds]: (typeof PLANS)[number]): Measured {
  const results = mkdtempSync(join(tmpdir(), 'dupmark-costs-'));
  try {
    const args = ['bench', '--targets', targets, ...scenarios, '--blocks', String(blocks)];
    const program = join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js');
    const started = clock();
    const ended = spawnSync(
      process.execPath,
      [
        program,
        ...args,
        '--rounds',
        String(rounds),
        '--shard',
        'none',
        '--budget',
        '1h',
        '--results',
        results,
      ],
      { encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    const ms = clock() - started;
    if (ended.status !== 0) throw new Error(ended.stderr);
    const [id = ''] = readdirSync(join(results, 'runs'));
    const file = join(results, 'runs', id, 'run.json');
    const document = readDocument(file);
    const usable = document.targets.filter(({ twinOf }) => twinOf === null).length;
    return {
      ms,
      bytesPerCell: statSync(file).size / document.cells.length,
      load: {
        targets: usable,
        workers: document.targets.length,
        scenarios: document.scenarios.length,
        blocks,
        rounds,
        roundNs: document.plan.roundLengthNs,
        countInstructions: args.includes('--instructions'),
      },
    };
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

const names = (Object.keys(COSTS) as (keyof typeof COSTS)[]).filter((name) => name !== 'instructionsMs');
const measured = PLANS.map(measure);
const fit = new LeastSquares(measured.map(() => 1));
for (const name of names) fit.add(Float64Array.from(measured, ({ load, ms }) => workOf(load)[name] / ms));
const fitted = new Map(names.map((name, i) => [name, fit.coefficients()[i] ?? 0]));
const predict = (load: Workload) =>
  names.reduce((sum, name) => sum + workOf(load)[name] * (fitted.get(name) ?? 0), 0);

const seconds = (ms: number) => (ms / 1000).toFixed(1).padStart(8);
process.stdout.write(
  'targets scenarios blocks rounds  measured  by these costs  by stored ones (s)  run.json bytes/cell\n',
);
for (const { load, ms, bytesPerCell } of measured) {
  process.stdout.write(
    `${String(load.targets).padStart(7)}${String(load.scenarios).padStart(10)}${String(load.blocks).padStart(7)}` +
      `${String(load.rounds).padStart(7)}  ${seconds(ms)}        ${seconds(predict(load))}           ${seconds(estimateMs(load))}` +
      `${Math.round(bytesPerCell).toString().padStart(22)}\n`,
  );
}
const counted = measure(INSTRUCTIONS_COUNTED);
const instructionsMs = (counted.ms - predict(counted.load)) / workOf(counted.load).instructionsMs;
for (const [name, value] of [...fitted, ['instructionsMs', instructionsMs] as const]) {
  process.stdout.write(`${name.padEnd(16)}${value.toPrecision(3).padStart(10)}   (stored: ${COSTS[name]})\n`);
}
