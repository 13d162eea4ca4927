/** `dupmark history`: what an SSL handle costs, OpenSSL release by release, and at which release that changed. */
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { badValue, CouldNotRun, ExitCode, printable } from '../../bench/core/errors.js';
import { opensslVersion } from '../../bench/core/openssl-version.js';
import { SEED_MAX } from '../../bench/core/order.js';
import { type Scenario, scenarioName } from '../../bench/core/scenario.js';
import { inCatalogue } from '../../bench/core/setting.js';
import { parseTargetId, type Target, type TargetRequest } from '../../bench/core/target.js';
import { historyFile, REFERENCE_HISTORY, readHistories, readHistory } from '../../bench/document/history.js';
import { HISTORY_SCHEMA_VERSION, type HistoryDocument } from '../../bench/document/history-schema.js';
import { RUN_ID } from '../../bench/document/schema.js';
import { newRunId, writeWhole } from '../../bench/document/store.js';
import { gather, stepsOf } from '../../bench/history/gather.js';
import { copyOf, type HistoryEnd, type HistoryOptions, measureHistory } from '../../bench/history/measure.js';
import {
  HISTORY_PROVIDERS,
  type HistoryProvider,
  parseOpenssl,
  plannedSteps,
} from '../../bench/history/steps.js';
import { renderHistory } from '../../bench/report/history.js';
import { historySvg } from '../../bench/report/history-svg.js';
import { cpusAtStart } from '../../bench/run/crew.js';
import { describeCatalogue, openWorker } from '../../bench/run/survey.js';
import { SUITES } from '../../bench/suites/suites.js';
import { chooseCLibrary, resolveTarget } from '../../bench/targets/index.js';
import { STAND_IN_NODE } from '../../bench/targets/worker-node.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { type Interruption, onInterrupt, progress, say, writeJson } from '../console.js';
import { commaList, duration, readScenarios, seed, targetList, wholeNumber } from '../flags.js';
import { dupmarkVersion } from '../version.js';

interface HistoryFlags {
  readonly providers: readonly HistoryProvider[];
  readonly targets?: readonly TargetRequest[];
  readonly aa?: number;
  readonly reference: TargetRequest;
  readonly from?: string;
  readonly to?: string;
  readonly step: number;
  readonly scenario?: readonly Scenario[];
  readonly countOnly: boolean;
  readonly blocks: number;
  readonly rounds: number;
  readonly together: number;
  readonly budget: number;
  readonly seed?: number;
  readonly resume?: string | true;
  readonly show?: string;
  readonly svg?: string;
  readonly pin: boolean;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
}

/** What a history that is gone on with has fixed already. */
const FIXED = [
  'providers',
  'targets',
  'aa',
  'reference',
  'from',
  'to',
  'step',
  'scenario',
  'countOnly',
  'blocks',
  'rounds',
  'together',
  'seed',
  'pin',
];

/** Never changes once it is published, unlike a suite. */
const REFERENCE = `node@${STAND_IN_NODE}`;

export function historyCommand(): Command {
  return new Command('history')
    .description('Follow what an SSL handle costs through OpenSSL releases, and say at which one it changed.')
    .option(
      '--providers <list>',
      `whose releases: ${HISTORY_PROVIDERS.join(', ')}`,
      commaList('--providers', readProvider),
      HISTORY_PROVIDERS,
    )
    .addOption(
      new Option('--targets <list>', 'instead, these targets')
        .argParser(targetList('--targets'))
        .conflicts(['providers', 'aa']),
    )
    .addOption(
      new Option(
        '--aa <n>',
        'instead, the reference so many times over: no change is real, so that any that is found is a false alarm',
      )
        .argParser(wholeNumber('--aa', 2, 200))
        .conflicts(['providers', 'from', 'to']),
    )
    .option('--from <version>', 'no OpenSSL before this version or series', parseOpenssl('--from'))
    .option('--to <version>', 'none after this', parseOpenssl('--to'))
    .option(
      '--step <n>',
      'only every so many of each series, its newest among them',
      wholeNumber('--step', 1, 1000),
      1,
    )
    .option(
      '--reference <target>',
      'what all are measured against, in each run',
      (text: string) => parseTargetId(text, '--reference'),
      parseTargetId(REFERENCE),
    )
    .option('--scenario <name...>', 'instead of the suite history, scenarios by their names', readScenarios)
    .option('--count-only', 'count allocations and bytes, which is exact and quick, and time nothing', false)
    .option('--blocks <n>', 'blocks of each run', wholeNumber('--blocks', 1, 1000), 16)
    .option('--rounds <n>', 'rounds of each target in a block', wholeNumber('--rounds', 1, ROUNDS_MAX), 24)
    .option(
      '--together <n>',
      'releases that share a run with the reference',
      wholeNumber('--together', 1, 20),
      5,
    )
    .option('--budget <time>', 'begin no further run after this long', duration('--budget'), 45 * 60_000)
    .option('--seed <n>', 'the order of everything (default: random, and printed)', seed)
    .addOption(
      new Option('--resume [history]', 'go on with a history, by its id (default: the newest)').conflicts([
        ...FIXED,
        'show',
      ]),
    )
    .addOption(
      new Option(
        '--show <history>',
        'measure nothing: show a stored one, by its id, its file, or "reference" (the published one)',
      ).conflicts(FIXED),
    )
    .option('--svg <file>', 'also draw it there, as one picture that needs nothing beside it')
    .option('--no-pin', 'do not keep the workers on one CPU')
    .option('--offline', 'fetch nothing: leave out what is not here', false)
    .option('--results <folder>', 'where histories and runs are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write the document there (- for standard output, instead of the tables)')
    .addHelpText(
      'after',
      `
The first time fetches some 40 Node releases, about 4 GB in the cache; --step, --from and --to ask for less.

Exit codes: 0 fine, also when changes were found (a history has some) · 2 could not run · 3 the budget ended before all
releases were measured (go on with --resume) · 130 and 143 interrupted, with what was measured kept`,
    )
    .action(history);
}

async function history(flags: HistoryFlags): Promise<void> {
  if (flags.show !== undefined) {
    show(readHistory(storedFile(flags.show, flags.results, '--show')), flags);
    return;
  }
  assertBuilt();
  const interruption = onInterrupt();
  const planned = await (flags.resume === undefined ? newPlan : resumedPlan)(flags, interruption).catch(
    (thrown: unknown) => {
      const exitCode = interruption.exitCode();
      if (exitCode === null) throw thrown;
      process.exitCode = exitCode;
      return null;
    },
  );
  if (planned === null) return;
  const shown = progress('history');
  let outcome: { readonly history: HistoryDocument; readonly end: HistoryEnd };
  try {
    outcome = await measureHistory(planned.history, {
      ...planned.options,
      budgetMs: flags.budget,
      signal: interruption.signal,
      onProgress: (step) => {
        if (step.kind === 'note') say(step.line);
        else shown.update(step.done, step.total, step.what);
      },
    });
  } finally {
    shown.end();
  }
  show(outcome.history, flags);
  say(`kept in ${planned.options.file}`);
  if (outcome.end !== 'complete') say(`go on with it: dupmark history --resume ${outcome.history.id}`);
  process.exitCode =
    interruption.exitCode() ?? (outcome.end === 'budget' ? ExitCode.inconclusive : ExitCode.fine);
}

function show(history: HistoryDocument, { json, svg }: HistoryFlags): void {
  if (svg !== undefined) writeWhole(svg, historySvg(history));
  if (json !== undefined) writeJson(json, history);
  if (json !== '-') process.stdout.write(renderHistory(history));
}

interface Planned {
  readonly history: HistoryDocument;
  readonly options: Omit<HistoryOptions, 'budgetMs' | 'signal' | 'onProgress'>;
}

async function newPlan(flags: HistoryFlags, interruption: Interruption): Promise<Planned> {
  const fetching = { offline: flags.offline };
  const reference = await resolveTarget(flags.reference, fetching);
  const { steps, missing } =
    flags.aa === undefined
      ? await gathered(flags, interruption)
      : { steps: Array.from({ length: flags.aa }, (_, i) => copyOf(reference, i + 1)), missing: [] };
  for (const { target, reason } of missing) say(`left out: ${target}: ${reason}`);
  if (steps.length === 0) throw new CouldNotRun('there is no release to measure');
  const cLibrary = await chooseCLibrary([reference, ...steps], { ...fetching, onProgress: say });
  const { worker, facts } = await openWorker(reference, cLibrary, {
    countAllocations: false,
    boardFd: null,
  });
  const catalogue = await describeCatalogue(worker);
  await worker.stop();
  const scenarios =
    flags.scenario?.map((one) => inCatalogue(one, catalogue)) ?? SUITES.history.scenarios(catalogue);
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  say(`seed ${chosenSeed} · ${steps.length} releases · glibc ${cLibrary.version} for all`);
  const history: HistoryDocument = {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    id: newRunId(),
    status: { kind: 'running' },
    startedAt: new Date().toISOString(),
    endedAt: null,
    command: process.argv.slice(2),
    dupmark: dupmarkVersion(),
    seed: chosenSeed,
    plan: {
      reference: reference.id,
      referenceOpenssl: opensslVersion(facts.version),
      steps: steps.map(({ id }) => id),
      scenarios: scenarios.map(scenarioName),
      stepsPerRun: flags.together,
      blocks: flags.blocks,
      roundsPerBatch: flags.rounds,
      roundLengthNs: 200_000,
      pinnedCpu: flags.pin ? (cpusAtStart().at(-1) ?? null) : null,
      timed: !flags.countOnly,
    },
    environment: null,
    cLibrary: { version: cLibrary.version, package: cLibrary.kind === 'suite' ? cLibrary.package : null },
    runs: [],
    steps: [],
    missing,
    changes: [],
  };
  const file = historyFile(resolve(flags.results), history.id);
  return { history, options: { file, results: resolve(flags.results), reference, steps, cLibrary } };
}

async function gathered(flags: HistoryFlags, { signal }: Interruption) {
  const shown = progress('fetching');
  try {
    const found = await gather(
      flags.targets === undefined ? plannedSteps(flags.providers) : stepsOf(flags.targets),
      {
        offline: flags.offline,
        range: { from: flags.from ?? null, to: flags.to ?? null },
        stride: flags.step,
        signal,
        onStep: (done, total, id) => shown.update(done, total, id),
      },
    );
    return { steps: found.steps.map(({ target }) => target), missing: found.missing };
  } finally {
    shown.end();
  }
}

/** The plan of a stored history, on the same targets or not at all: its runs refuse files that differ. */
async function resumedPlan(flags: HistoryFlags, { signal }: Interruption): Promise<Planned> {
  const results = resolve(flags.results);
  const file = storedFile(
    flags.resume === true ? newestId(results) : String(flags.resume),
    results,
    '--resume',
  );
  const history = readHistory(file);
  const reference = await resolveTarget(parseTargetId(history.plan.reference), { offline: flags.offline });
  const missing = new Set(history.missing.map(({ target }) => target));
  const steps: Target[] = [];
  // All of them: what is left may need less of the C library than the whole did.
  for (const id of history.plan.steps.filter((one) => !missing.has(one))) {
    if (signal.aborted) throw new CouldNotRun('stopped before anything was measured');
    const copy = /^A\/A (\d+) /.exec(id)?.[1];
    steps.push(
      copy === undefined
        ? await resolveTarget(parseTargetId(id), { offline: flags.offline, onProgress: say })
        : copyOf(reference, Number(copy)),
    );
  }
  const cLibrary = await chooseCLibrary([reference, ...steps], { offline: flags.offline, onProgress: say });
  if (cLibrary.version !== history.cLibrary.version) {
    throw new CouldNotRun(
      `--resume: ${history.id} ran on glibc ${history.cLibrary.version}, now it would be ${cLibrary.version}`,
    );
  }
  const left = steps.length - history.steps.length;
  say(`going on with ${history.id}: ${left} of ${history.plan.steps.length} releases are left`);
  return { history, options: { file, results, reference, steps, cLibrary } };
}

function newestId(results: string): string {
  const id = readHistories(results).histories.find(({ status }) => status.kind !== 'complete')?.id;
  if (id === undefined) throw new CouldNotRun('--resume: no history is left unfinished');
  return id;
}

function storedFile(named: string, results: string, flag: string): string {
  const file = RUN_ID.test(named)
    ? historyFile(results, named)
    : named === 'reference'
      ? join(results, REFERENCE_HISTORY)
      : named;
  if (!existsSync(file))
    throw new CouldNotRun(`${flag}: '${printable(named)}' is no history's id and no file`);
  return file;
}

function readProvider(text: string): HistoryProvider {
  const provider = HISTORY_PROVIDERS.find((one) => one === text);
  if (provider === undefined)
    throw badValue('--providers', text, `a provider (accepted: ${HISTORY_PROVIDERS.join(', ')})`);
  return provider;
}
