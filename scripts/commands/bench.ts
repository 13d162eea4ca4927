/** `dupmark bench`: measures scenarios on targets and prints the comparison. */
import { randomInt } from 'node:crypto';
import { Command, Option } from 'commander';
import { badValue, CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import { DEFAULT_METHOD, isMethod, METHOD_NAMES, METHODS, type Method } from '../../bench/core/method.js';
import {
  isOperation,
  OPERATION_NAMES,
  OPERATIONS,
  type Operation,
  PHASES,
  type Phase,
} from '../../bench/core/operation.js';
import { SEED_MAX } from '../../bench/core/order.js';
import { LIVE_MAX, parseScenario, type Scenario, scenarioName } from '../../bench/core/scenario.js';
import { inCatalogue, parseSettings, type SettingDescription } from '../../bench/core/setting.js';
import { parseTargetId, type Target, type TargetRequest } from '../../bench/core/target.js';
import { renderPlan } from '../../bench/report/plan.js';
import { assertSame, isMeasured, type ResumedRun, readResumed, runFolder } from '../../bench/run/resume.js';
import { planOnly, type RunOptions, type RunOutcome, run } from '../../bench/run/run.js';
import { singleLook } from '../../bench/stats/looks.js';
import { distinct, drawnFrom, type Offer } from '../../bench/suites/combination.js';
import { FULL_EFFORT, proveCoverage } from '../../bench/suites/full.js';
import {
  isSuiteName,
  SUITE_NAMES,
  SUITES,
  type SuiteEntry,
  type SuiteName,
  selectionScenarios,
  USUAL_EFFORT,
} from '../../bench/suites/suites.js';
import { chooseCLibrary, resolveTarget } from '../../bench/targets/index.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { commaList, duration, findTargets, readScenarios, seed, targetList, wholeNumber } from '../flags.js';
import {
  chosenShard,
  plannedShards,
  readShard,
  SHARD_HELP,
  SHARDED_SEED,
  type ShardFlag,
} from '../shard-flag.js';
import { dupmarkVersion } from '../version.js';
import { showRun } from './bench-report.js';

interface BenchFlags {
  readonly targets?: readonly TargetRequest[];
  readonly baseline?: string;
  readonly suite: SuiteName;
  readonly scenario?: readonly Scenario[];
  readonly operation?: readonly Operation[];
  readonly settings?: string;
  readonly phase: readonly Phase[];
  readonly live: readonly number[];
  readonly method: readonly Method[];
  readonly blocks?: number;
  readonly rounds?: number;
  readonly roundUs: number;
  readonly seed?: number;
  readonly budget?: number;
  readonly resume?: string;
  readonly shard?: ShardFlag;
  readonly dryRun: boolean;
  readonly pin: boolean;
  readonly instructions: boolean;
  readonly aa: boolean;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
}

/** What a resumed run has fixed already, as commander names the flags. */
const FIXED_BY_A_RUN = [
  'targets',
  'baseline',
  'suite',
  'operation',
  'settings',
  'phase',
  'live',
  'method',
  'scenario',
  'blocks',
  'rounds',
  'roundUs',
  'seed',
  'shard',
  'pin',
  'aa',
  'instructions',
] as const;

function usual(what: 'blocks' | 'rounds'): string {
  return `(default: ${USUAL_EFFORT[what]}; ${FULL_EFFORT[what]} for suite full)`;
}

const list = (names: readonly string[]) => names.join(', ');

export function benchCommand(): Command {
  return new Command('bench')
    .description(
      'Time SSL_new, SSL_dup, SSL_up_ref and their like on several OpenSSL builds, interleaved, and compare.',
    )
    .option(
      '--targets <list>',
      'targets to measure (default: bundled and OpenSSL 1.1.1, 3.0, 3.5 and 4.0)',
      targetList('--targets'),
    )
    .option('--baseline <target>', 'what the others are compared with (default: the first target)')
    .option('--suite <name>', `which scenarios: ${list(SUITE_NAMES)}`, readSuite, 'standard' as const)
    .option(
      '--operation <list>',
      `instead of a suite, these operations: ${list(OPERATION_NAMES)}`,
      commaList('--operation', readOperation),
    )
    .option(
      '--settings <list>',
      'with --operation: settings as ID or ID=LEVEL, or "everyday"; with --suite full: what to draw combinations from, as IDs, "everyday" (default) or "all"',
    )
    .option('--phase <list>', `with --operation: ${list(PHASES)}`, commaList('--phase', readPhase), [
      'both',
    ] as const)
    .option(
      '--live <list>',
      'with --operation: handles alive at once; 1 frees each at once',
      commaList('--live', wholeNumber('--live', 1, LIVE_MAX)),
      [1] as const,
    )
    .option(
      '--method <list>',
      `with --operation: of which SSL_METHOD, ${list(METHOD_NAMES)}`,
      commaList('--method', readMethod),
      [DEFAULT_METHOD] as const,
    )
    .option(
      '--scenario <name...>',
      'instead of a suite, scenarios by their names, as in dup[cipher-list=20]/create@256',
      readScenarios,
    )
    .option(
      '--blocks <n>',
      `blocks: fresh processes of every target ${usual('blocks')}`,
      wholeNumber('--blocks', 1, 10_000),
    )
    .option(
      '--rounds <n>',
      `rounds of every target in a block ${usual('rounds')}`,
      wholeNumber('--rounds', 1, ROUNDS_MAX),
    )
    .option(
      '--round-us <n>',
      'length of a round in microseconds',
      wholeNumber('--round-us', 10, 1_000_000),
      200,
    )
    .option(
      '--budget <time>',
      'begin no further block after this long, as 90, 90s or 5m (default: 90s; 45m for suite full)',
      duration('--budget'),
    )
    .addOption(
      new Option(
        '--resume <run>',
        'go on with a stored run, by its id or folder, until its plan is measured in full',
      ).conflicts([...FIXED_BY_A_RUN]),
    )
    .option('--shard <part>', SHARD_HELP, readShard)
    .option(
      '--dry-run',
      'say what would be measured, what it covers and about how long it takes, and measure nothing',
      false,
    )
    .option(
      '--seed <n>',
      'the order of everything (default: random, and printed; with --shard 1, the same for all)',
      seed,
    )
    .option(
      '--instructions',
      'also count instructions with valgrind, about 1 s per target and scenario',
      false,
    )
    .option('--no-aa', 'do not measure the baseline a second time as the noise floor')
    .option('--no-pin', 'do not keep the workers on one CPU')
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--results <folder>', 'where runs are kept', RESULTS_FOLDER)
    .option(
      '--json <file>',
      'also write the result document there (- for standard output, instead of the tables)',
    )
    .addHelpText(
      'after',
      `
Operations:
${OPERATION_NAMES.map((name) => `  ${name.padEnd(14)}${OPERATIONS[name]}`).join('\n')}

Methods:
${METHOD_NAMES.map((name) => `  ${name.padEnd(20)}${METHODS[name]}`).join('\n')}

Suites:
${SUITE_NAMES.map((name) => `  ${name.padEnd(14)}${SUITES[name].about}`).join('\n')}

Exit codes: 0 fine · 2 could not run, or a target was refused · 3 the budget ended before any interval ·
130 and 143 interrupted, with what was measured kept`,
    )
    .action(bench);
}

async function bench(flags: BenchFlags): Promise<void> {
  assertBuilt();
  const draws = flags.scenario === undefined && suiteOf(flags.suite).draws === true;
  if (flags.settings !== undefined && flags.operation === undefined && !draws) {
    throw new CouldNotRun(
      '--settings goes with --operation (name the operations that are to have them) or with --suite full',
    );
  }
  const resumed = flags.resume === undefined ? null : readResumed(runFolder(flags.resume, flags.results));
  if (resumed !== null && isMeasured(resumed)) {
    say(`${resumed.document.id} is measured in full; this is its report`);
    showRun(flags.json, resumed);
    return;
  }
  const plan = resumed === null ? await newPlan(flags) : await resumedPlan(resumed, flags);
  say(
    `seed ${plan.seed} · ${plan.cLibrary.kind === 'host' ? "this machine's C library" : plan.cLibrary.package} for all targets`,
  );
  const interruption = onInterrupt();
  if (flags.dryRun) {
    process.stdout.write(await dryRun(plan, flags.json));
    return;
  }
  const shown = progress('measuring');
  const surveying = progress('surveying');
  let outcome: RunOutcome;
  try {
    outcome = await run({
      ...plan,
      command: process.argv.slice(2),
      dupmark: dupmarkVersion(),
      signal: interruption.signal,
      onProgress: (step) => {
        if (step.kind === 'refused') say(`refused ${step.target}: ${step.reason}`);
        if (step.kind === 'shard') say(`${step.scenarios} of the plan's ${step.of} scenarios`);
        if (step.kind === 'survey') surveying.update(step.done, step.total, 'what each target can do');
        if (step.kind === 'instructions') {
          surveying.end();
          shown.update(step.done, step.total, `instructions of ${step.scenario}`);
        }
        if (step.kind === 'measure') {
          surveying.end();
          shown.update(step.done, step.total, step.scenario);
        }
      },
    });
  } finally {
    surveying.end();
    shown.end();
  }
  showRun(flags.json, outcome);
  if (outcome.end !== 'complete') say(`go on with it: dupmark bench --resume ${outcome.document.id}`);
  else if (outcome.document.origin.kind === 'shard') say('join it with the other shards: dupmark merge RUN…');
  process.exitCode = interruption.exitCode() ?? exitCodeOf(outcome);
}

/** What of a run is settled before anything is started. */
type Plan = Omit<RunOptions, 'command' | 'dupmark' | 'signal' | 'onProgress'>;

async function newPlan(flags: BenchFlags): Promise<Plan> {
  const shard = chosenShard(flags.shard);
  const targets = await findTargets(flags.targets, { offline: flags.offline, say });
  const seed = flags.seed ?? (shard === null ? randomInt(SEED_MAX) : SHARDED_SEED);
  const named = flags.scenario !== undefined || flags.operation !== undefined;
  const effort = (named ? undefined : suiteOf(flags.suite).effort) ?? USUAL_EFFORT;
  return {
    targets,
    cLibrary: await chooseCLibrary(targets, { offline: flags.offline, onProgress: say }),
    chooseScenarios: (catalogue, probe) => chooseScenarios(flags, catalogue, probe, seed),
    baseline: await baselineId(flags.baseline, targets),
    looks: singleLook(flags.blocks ?? effort.blocks),
    precision: 0,
    twin: flags.aa && targets.length > 1,
    rounds: flags.rounds ?? effort.rounds,
    roundNs: flags.roundUs * 1000,
    seed,
    pin: flags.pin,
    countInstructions: flags.instructions,
    budgetMs: flags.budget ?? effort.budgetMs,
    results: flags.results,
    ...(shard === null ? {} : { shard }),
  };
}

/** The plan of a stored run, on the same targets or not at all. */
async function resumedPlan(resumed: ResumedRun, flags: BenchFlags): Promise<Plan> {
  const { document } = resumed;
  const requests = document.targets
    .filter(({ refused, twinOf }) => refused === null && twinOf === null)
    .map(({ id }) => parseTargetId(id));
  const targets = await findTargets(requests, { offline: flags.offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  assertSame(document, targets, cLibrary);
  return {
    targets,
    cLibrary,
    chooseScenarios: () => document.scenarios.map(({ name }) => parseScenario(name)),
    baseline: document.plan.baseline,
    looks: document.plan.looks,
    precision: 0,
    twin: document.targets.some(({ twinOf }) => twinOf !== null),
    rounds: document.plan.roundsPerBatch,
    roundNs: document.plan.roundLengthNs,
    seed: document.seed,
    pin: document.plan.pinnedCpu !== null,
    countInstructions: false,
    budgetMs: flags.budget ?? FULL_EFFORT.budgetMs,
    results: flags.results,
    resumed,
  };
}

/** Finds out what would run: targets are started and asked, nothing is timed or stored. */
async function dryRun(plan: Plan, json: string | undefined): Promise<string> {
  const planned = await planOnly(plan);
  const combinations = distinct(
    planned.scenarios.filter(({ operation }) => operation === 'dup').map(({ settings }) => settings),
  );
  const coverage = proveCoverage(planned.drawnFrom, planned.offers, combinations);
  const shards = plannedShards(plan, planned.scenarios);
  if (json !== undefined) {
    writeJson(json, {
      scenarios: planned.scenarios.map(scenarioName),
      combinations: combinations.length,
      coverage,
      shards,
    });
    if (json === '-') return '';
  }
  return renderPlan({
    scenarios: planned.scenarios.length,
    combinations: combinations.length,
    coverage,
    shards,
  });
}

function exitCodeOf({ document, end }: RunOutcome): ExitCode {
  if (document.targets.some(({ refused }) => refused !== null)) return ExitCode.couldNotRun;
  const decided = document.cells.some(({ summary }) => summary !== null && summary.interval !== null);
  return end === 'budget' && !decided ? ExitCode.inconclusive : ExitCode.fine;
}

/** The baseline among the resolved targets. An alias stands for the one that it turned out to be. */
async function baselineId(asked: string | undefined, targets: readonly Target[]): Promise<string> {
  const first = targets[0];
  if (first === undefined) throw new CouldNotRun('no target can be had');
  if (asked === undefined) return first.id;
  const { id } = await resolveTarget(parseTargetId(asked, '--baseline'), { offline: true });
  if (!targets.some((target) => target.id === id)) {
    throw badValue('--baseline', asked, `one of the targets (${list(targets.map((target) => target.id))})`);
  }
  return id;
}

function suiteOf(name: SuiteName): SuiteEntry {
  return SUITES[name];
}

async function chooseScenarios(
  flags: BenchFlags,
  catalogue: readonly SettingDescription[],
  probe: (settings: readonly SettingDescription[]) => Promise<readonly Offer[]>,
  seed: number,
): Promise<readonly Scenario[]> {
  if (flags.scenario !== undefined) return flags.scenario.map((one) => inCatalogue(one, catalogue));
  if (flags.operation === undefined) {
    const { scenarios, draws = false } = suiteOf(flags.suite);
    if (!draws) return scenarios(catalogue, [], seed);
    const drawn = drawnFrom(catalogue, flags.settings);
    return scenarios(drawn, await probe(drawn), seed);
  }
  const settings =
    flags.settings === undefined
      ? []
      : parseSettings(
          flags.settings === 'everyday'
            ? list(catalogue.filter(({ everyday }) => everyday).map(({ id }) => id))
            : flags.settings,
          catalogue,
        );
  return selectionScenarios({
    operations: flags.operation,
    settings,
    phases: flags.phase,
    live: flags.live,
    methods: flags.method,
  });
}

function readSuite(text: string): SuiteName {
  if (!isSuiteName(text)) throw badValue('--suite', text, `a suite (accepted: ${list(SUITE_NAMES)})`);
  return text;
}

function readOperation(text: string): Operation {
  if (!isOperation(text))
    throw badValue('--operation', text, `an operation (accepted: ${list(OPERATION_NAMES)})`);
  return text;
}

function readMethod(text: string): Method {
  if (!isMethod(text)) throw badValue('--method', text, `a method (accepted: ${list(METHOD_NAMES)})`);
  return text;
}

function readPhase(text: string): Phase {
  const phase = PHASES.find((one) => one === text);
  if (phase === undefined) throw badValue('--phase', text, `a phase (accepted: ${list(PHASES)})`);
  return phase;
}
