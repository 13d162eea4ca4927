/** `dupmark doctor`: can the figures be trusted on this machine? */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { Command } from 'commander';
import { badValue, CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import { SEED_MAX } from '../../bench/core/order.js';
import { parseScenario, type Scenario } from '../../bench/core/scenario.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { beginEnvironment, endEnvironment } from '../../bench/document/environment.js';
import { type MachineCheck, machineChecks } from '../../bench/document/machine-checks.js';
import { availableCpus } from '../../bench/run/crew.js';
import {
  type AaFigures,
  aaHolds,
  measureAa,
  measurePower,
  PLANTS,
  type PowerFigures,
  powerHolds,
} from '../../bench/run/detector.js';
import { availableScenarios } from '../../bench/run/survey.js';
import { checkValidity, NOOP_LIMIT_NS, VALIDITY_LIMIT, type Validity } from '../../bench/run/validity.js';
import type { Comparison } from '../../bench/stats/comparison.js';
import { SUITES, type SuiteName } from '../../bench/suites/suites.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt } from '../../bench/worker/files.js';
import { onInterrupt, type Progress, progress, say, writeJson } from '../console.js';
import { commaList, duration, findTargets, readScenarios, seed, targetList, wholeNumber } from '../flags.js';
import { renderAa, renderMachine, renderPower } from './doctor-figures.js';

interface DoctorFlags {
  readonly machine?: boolean;
  readonly validity?: boolean;
  readonly aa?: boolean;
  readonly power?: boolean;
  readonly cells: number;
  readonly runs: number;
  readonly intervals: number;
  readonly scenario?: readonly Scenario[];
  readonly suite?: DetectorSuite;
  readonly effect: readonly number[];
  readonly budget?: number;
  readonly targets?: readonly TargetRequest[];
  readonly blocks: number;
  readonly rounds: number;
  readonly seed?: number;
  readonly offline: boolean;
  readonly json?: string;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Can the figures of this machine be trusted? What of it matters, and whether the detector works.',
    )
    .option('--machine', 'what of this machine matters to its figures, and what to change')
    .option('--validity', 'the addon, the driver and a plain C loop side by side on each target')
    .option('--aa', 'a target against itself: how often something is flagged that is not there')
    .option('--power', 'planted slow-downs of known size: how often and how soon they are found')
    .option('--targets <list>', 'targets to check (default: those of bench)', targetList('--targets'))
    .option(
      '--blocks <n>',
      'blocks, of fresh processes (default: 20 for --validity, 12 a run for --aa)',
      wholeNumber('--blocks', 1, 1000),
    )
    .option(
      '--rounds <n>',
      'rounds of each in a block (default: 40, for --aa and --power 24)',
      wholeNumber('--rounds', 1, ROUNDS_MAX),
    )
    .option('--cells <n>', 'for --aa: at least so many cells', wholeNumber('--cells', 1, 1_000_000), 1000)
    .option('--runs <n>', 'for --power: runs of each plant', wholeNumber('--runs', 1, 10_000), 10)
    .option(
      '--intervals <n>',
      'for --power: 95 % intervals of each plant, to see how many hold it',
      wholeNumber('--intervals', 0, 10_000),
      20,
    )
    .option(
      '--effect <list>',
      'for --power: sizes of the plants in percent',
      commaList('--effect', percent),
      [0.01, 0.005] as const,
    )
    .option(
      '--budget <time>',
      'for --power: longest time of a run (default: 15 s from 1 % on, 60 s below)',
      duration('--budget'),
    )
    .option('--scenario <name...>', 'for --aa and --power: scenarios by their names', readScenarios)
    .option('--suite <name>', `for --aa: all scenarios of a suite: ${DETECTOR_SUITES.join(', ')}`, readSuite)
    .option('--seed <n>', 'the order of turns (default: random, and printed)', seed)
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--json <file>', 'also write the figures there (- for standard output, instead of the table)')
    .addHelpText(
      'after',
      `
Without --machine, --validity, --aa or --power: --machine and --validity.

Exit codes: 0 fine · 2 could not run · 3 undecided · 4 the detector failed: the programs do not agree, something was flagged
that is not there, or a plant was missed`,
    )
    .action(doctor);
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const chosen = flags.machine || flags.validity || flags.aa || flags.power;
  const wanted = chosen ? flags : { ...flags, machine: true, validity: true };
  const interruption = onInterrupt();
  const report: Record<string, unknown> = {};
  const texts: string[] = [];
  const codes: ExitCode[] = [];
  if (wanted.machine) {
    const checks = await checkMachine();
    report.machine = checks;
    texts.push(renderMachine(checks));
  }
  if (wanted.validity || wanted.aa || wanted.power) {
    assertBuilt();
    const targets = await findTargets(flags.targets, { offline: flags.offline, say });
    const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
    const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
    say(`seed ${chosenSeed}`);
    const shared = { cLibrary, roundNs: 200_000, seed: chosenSeed, signal: interruption.signal };
    if (wanted.validity) {
      const validity = await showing('checking', (onProgress) =>
        checkValidity({
          ...shared,
          targets,
          blocks: flags.blocks ?? 20,
          rounds: flags.rounds ?? 40,
          onProgress,
        }),
      );
      Object.assign(report, validity);
      texts.push(render(validity));
      codes.push(EXIT_CODES[validity.verdict]);
    }
    const rounds = flags.rounds ?? 24;
    if (wanted.aa) {
      const figures: AaFigures[] = [];
      for (const target of flags.targets === undefined ? targets.slice(-1) : targets) {
        if (interruption.signal.aborted) break;
        const { suite } = flags;
        const scenarios =
          suite === undefined
            ? (flags.scenario ?? AA_SCENARIOS.map((name) => parseScenario(name)))
            : await availableScenarios(target, cLibrary, SUITES[suite].scenarios, interruption.signal);
        figures.push(
          await showing(`A/A ${target.id}`, (onProgress) =>
            measureAa({ ...shared, target, scenarios, rounds, onProgress }, flags.blocks ?? 12, flags.cells),
          ),
        );
      }
      report.aa = figures;
      texts.push(...figures.map(renderAa));
      codes.push(figures.every(aaHolds) ? ExitCode.fine : ExitCode.detectorFailed);
    }
    if (wanted.power) {
      const [first] = targets;
      const target = flags.targets === undefined ? targets.at(-1) : first;
      if (target === undefined) throw new CouldNotRun('no target can be had');
      const figures: PowerFigures[] = [];
      const scenarios = flags.scenario ?? ['new', 'up-ref'].map((name) => parseScenario(name));
      for (const scenario of scenarios) {
        for (const effect of flags.effect) {
          for (const plant of PLANTS) {
            if (interruption.signal.aborted) break;
            const budgetMs = flags.budget ?? (effect >= 0.01 ? 15_000 : 60_000);
            figures.push(
              await showing('power', (onProgress) =>
                measurePower(
                  { ...shared, target, scenarios, rounds, onProgress },
                  scenario,
                  { plant, effect },
                  { runs: flags.runs, intervals: flags.intervals, budgetMs },
                ),
              ),
            );
          }
        }
      }
      report.power = figures;
      texts.push(renderPower(figures));
      codes.push(figures.every(powerHolds) ? ExitCode.fine : ExitCode.detectorFailed);
    }
  }
  if (flags.json !== undefined) writeJson(flags.json, report);
  if (flags.json !== '-') process.stdout.write(texts.join('\n'));
  process.exitCode = interruption.exitCode() ?? (Math.max(ExitCode.fine, ...codes) as ExitCode);
}

/** Every operation, hot and held, apart and together, with and without settings. */
const AA_SCENARIOS = [
  ...['new', 'new/create', 'new/free', 'new@256', 'dup', 'dup/create', 'dup/free', 'dup@256', 'dup-started'],
  ...['up-ref', 'clear', 'new-bio', 'new-configure[cipher-list=20]', 'dup[cipher-list=20]'],
  ...['new-configure[certificate=ecdsa]', 'dup[certificate=ecdsa]'],
];

/** Long enough for stolen time to show. */
const LOOK_MS = 2000;

async function checkMachine(): Promise<readonly MachineCheck[]> {
  const cpus = availableCpus();
  const begun = beginEnvironment(cpus.at(-1) ?? null);
  await sleep(LOOK_MS);
  return machineChecks(endEnvironment(begun), { cpus, roundNs: 200_000 });
}

async function showing<T>(label: string, work: (onProgress: Progress['update']) => Promise<T>): Promise<T> {
  const shown = progress(label);
  try {
    return await work(shown.update);
  } finally {
    shown.end();
  }
}

function percent(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw badValue('--effect', text, 'a percentage above 0');
  return value / 100;
}

/** The suites that need no more than the catalogue. */
const DETECTOR_SUITES = ['standard', 'bare', 'settings', 'smoke'] as const satisfies readonly SuiteName[];
type DetectorSuite = (typeof DETECTOR_SUITES)[number];

function readSuite(text: string): DetectorSuite {
  const suite = DETECTOR_SUITES.find((one) => one === text);
  if (suite === undefined)
    throw badValue('--suite', text, `a suite (accepted: ${DETECTOR_SUITES.join(', ')})`);
  return suite;
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
