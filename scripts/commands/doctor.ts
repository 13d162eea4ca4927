/** `dupmark doctor`: can the figures be trusted on this machine? */
import { randomInt } from 'node:crypto';
import Table from 'cli-table3';
import { Command } from 'commander';
import { ExitCode } from '../../bench/core/errors.js';
import { SEED_MAX } from '../../bench/core/order.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { checkValidity, NOOP_LIMIT_NS, VALIDITY_LIMIT, type Validity } from '../../bench/run/validity.js';
import type { Comparison } from '../../bench/stats/comparison.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { findTargets, seed, targetList, wholeNumber } from '../flags.js';

interface DoctorFlags {
  readonly validity: boolean;
  readonly targets?: readonly TargetRequest[];
  readonly blocks: number;
  readonly rounds: number;
  readonly seed?: number;
  readonly offline: boolean;
  readonly json?: string;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check that what dupmark measures is what a C program would measure.')
    .option('--validity', 'the addon, the driver and a plain C loop side by side on each target', true)
    .option('--targets <list>', 'targets to check (default: those of bench)', targetList('--targets'))
    .option('--blocks <n>', 'blocks: fresh processes of all three', wholeNumber('--blocks', 1, 1000), 20)
    .option('--rounds <n>', 'rounds of each in a block', wholeNumber('--rounds', 1, ROUNDS_MAX), 40)
    .option('--seed <n>', 'the order of turns (default: random, and printed)', seed)
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--json <file>', 'also write the figures there (- for standard output, instead of the table)')
    .addHelpText('after', '\nExit codes: 0 they agree · 2 could not run · 3 undecided · 4 they do not agree')
    .action(doctor);
}

async function doctor(flags: DoctorFlags): Promise<void> {
  assertBuilt();
  const targets = await findTargets(flags.targets, { offline: flags.offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  say(`seed ${chosenSeed}`);
  const interruption = onInterrupt();
  const shown = progress('checking');
  let validity: Validity;
  try {
    validity = await checkValidity({
      targets,
      cLibrary,
      blocks: flags.blocks,
      rounds: flags.rounds,
      roundNs: 200_000,
      seed: chosenSeed,
      signal: interruption.signal,
      onProgress: shown.update,
    });
  } finally {
    shown.end();
  }
  if (flags.json !== undefined) writeJson(flags.json, validity);
  if (flags.json !== '-') process.stdout.write(render(validity));
  process.exitCode = interruption.exitCode() ?? EXIT_CODES[validity.verdict];
}

const EXIT_CODES = {
  agree: ExitCode.fine,
  undecided: ExitCode.inconclusive,
  differ: ExitCode.detectorFailed,
} as const;

const CONCLUSIONS = {
  agree: (limit: string) => `All agree within ${limit} %.`,
  undecided: (limit: string) =>
    `Not all are within ${limit} %, but no interval is wholly beyond: more --blocks will tell.`,
  differ: (limit: string) => `NOT all agree within ${limit} %: do not trust times from this machine.`,
} as const;

function render({ rows, noopNs, verdict }: Validity): string {
  const table = new Table({
    head: ['target', 'operation', 'addon', 'driver', 'plain C loop', 'addon / driver', 'addon / plain', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
  });
  for (const row of rows) {
    if (row.kind === 'not-available') {
      table.push([row.target, { content: row.reason, colSpan: 7 }]);
      continue;
    }
    const ns = ({ medianNs }: { medianNs: number }) => `${medianNs.toFixed(medianNs < 100 ? 2 : 0)} ns`;
    table.push([
      row.target,
      row.operation,
      ns(row.addon),
      ns(row.driver),
      ns(row.plainLoop),
      ratio(row.toDriver),
      ratio(row.toPlainLoop),
      row.verdict === 'differ' ? 'DIFFER' : row.verdict,
    ]);
  }
  const noop = noopNs.map(({ target, ns }) => `${target} ${ns.toFixed(2)} ns`).join(' · ');
  const limit = (VALIDITY_LIMIT * 100).toFixed(0);
  return `${table.toString()}
noop (at most ${NOOP_LIMIT_NS} ns): ${noop}
${CONCLUSIONS[verdict](limit)}
`;
}

function ratio({ ratio: value, interval }: Comparison): string {
  const range = interval === null ? '' : ` [${interval.low.toFixed(3)}–${interval.high.toFixed(3)}]`;
  return `${value.toFixed(3)}${range}`;
}
