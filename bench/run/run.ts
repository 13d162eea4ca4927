/**
 * A whole run: prove the targets, survey the scenarios, measure, and keep everything in a stored document from the
 * first moment on, so that no end, wanted or not, loses what was measured.
 */
import { CouldNotRun } from '../core/errors.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import { type Shard, splitPlan } from '../core/shard.js';
import type { CLibrary, Target } from '../core/target.js';
import type { Origin, RunDocument } from '../document/schema.js';
import type { Look } from '../stats/looks.js';
import type { WorkerProcess } from '../worker/worker-process.js';
import { batchCost } from './estimate.js';
import { countInstructions } from './instructions.js';
import { type MeasureEnd, measure } from './measure.js';
import { type ProbedOffer, probeOffers } from './offers.js';
import { blocksMax, Recorder, twinOf } from './recorder.js';
import type { ResumedRun } from './resume.js';
import { describeCatalogue, openWorker, type ProvedTarget, proveTarget, surveyScenarios } from './survey.js';

export interface RunOptions {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  /** Which scenarios to run, once the catalogue is known. Throws CouldNotRun for what the catalogue lacks. */
  readonly chooseScenarios: (
    catalogue: readonly SettingDescription[],
    /** What each target offers of some of its settings; takes a moment. */
    probe: (settings: readonly SettingDescription[]) => Promise<readonly ProbedOffer[]>,
  ) => readonly Scenario[] | Promise<readonly Scenario[]>;
  /** Id of the target that the others are compared with. */
  readonly baseline: string;
  /** After how many blocks the run looks whether to go on; it ends at the last. */
  readonly looks: readonly Look[];
  /** An interval that reaches no further than this (a share) is as good as decided. */
  readonly precision: number;
  /** Measure the baseline a second time, by a worker of its own: the noise floor. */
  readonly twin: boolean;
  readonly rounds: number;
  readonly roundNs: number;
  readonly seed: number;
  readonly pin: boolean;
  /** Also count instructions, by callgrind: about a second for each target and scenario. */
  readonly countInstructions: boolean;
  /** Milliseconds of measuring after which no further block is begun. */
  readonly budgetMs: number;
  /** Which part of the plan to measure; all of it when there is none. */
  readonly shard?: Shard;
  /** The folder that keeps runs. */
  readonly results: string;
  readonly command: readonly string[];
  readonly dupmark: { readonly version: string; readonly commit: string | null };
  /** A stored run to go on with, in its own folder; everything above that it fixes must come from it. */
  readonly resumed?: ResumedRun;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

export type RunProgress =
  | { readonly kind: 'shard'; readonly scenarios: number; readonly of: number }
  | { readonly kind: 'target'; readonly target: string; readonly version: string }
  | { readonly kind: 'refused'; readonly target: string; readonly reason: string }
  | { readonly kind: 'survey'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'instructions';
      readonly done: number;
      readonly total: number;
      readonly scenario: string;
    }
  | { readonly kind: 'measure'; readonly done: number; readonly total: number; readonly scenario: string };

export interface RunOutcome {
  readonly folder: string;
  readonly document: RunDocument;
  readonly end: MeasureEnd;
}

/** Runs a plan. Throws CouldNotRun when nothing could be measured; what was stored before stays. */
export async function run(options: RunOptions): Promise<RunOutcome> {
  const { proved, workers } = await proveAll(options);
  try {
    const usable = proved.flatMap((one) => (one.kind === 'proved' ? [one.target] : []));
    const first = workers.values().next().value;
    if (first === undefined) {
      const reasons = proved.flatMap((one) =>
        one.kind === 'refused' ? [`${one.target.id}: ${one.reason}`] : [],
      );
      throw new CouldNotRun(`no target can be measured: ${reasons.join('; ')}`);
    }
    if (!usable.some(({ id }) => id === options.baseline)) {
      throw new CouldNotRun(`--baseline: ${options.baseline} is not among the targets that can be measured`);
    }
    const catalogue = await describeCatalogue(first);
    const all = await options.chooseScenarios(catalogue, (settings) =>
      probeOffers(usable, options.cLibrary, settings, options.signal),
    );
    const { scenarios, origin } = partOf(all, options);
    if (options.shard) options.onProgress({ kind: 'shard', scenarios: scenarios.length, of: all.length });
    const recorder = new Recorder(options, proved, scenarios, origin);
    return await recorder.record(() => measureAll(options, recorder, usable, workers, catalogue, scenarios));
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
}

/** The scenarios of this process's shard, and what of the plan they are. Throws CouldNotRun for too many shards. */
function partOf(
  all: readonly Scenario[],
  { shard, seed }: Pick<RunOptions, 'shard' | 'seed'>,
): { readonly scenarios: readonly Scenario[]; readonly origin: Origin } {
  if (shard === undefined) return { scenarios: all, origin: { kind: 'whole' } };
  const shards = splitPlan(all, shard.count, seed, batchCost);
  const plan = all.map((one, i) => ({
    scenario: scenarioName(one),
    version: one.version,
    shard: shards[i] ?? 1,
  }));
  return {
    scenarios: all.filter((_, i) => shards[i] === shard.index),
    origin: { kind: 'shard', shard: shard.index, of: shard.count, plan },
  };
}

/**
 * What a plan would run, and the offers that it asked for, without timing or storing anything. Throws CouldNotRun when
 * no target can be measured.
 */
export async function planOnly(
  options: Pick<RunOptions, 'targets' | 'cLibrary' | 'chooseScenarios'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<{
  readonly drawnFrom: readonly SettingDescription[];
  readonly offers: readonly ProbedOffer[];
  readonly scenarios: readonly Scenario[];
}> {
  const { worker } = await openWorker(firstOf(options.targets), options.cLibrary, {
    countAllocations: false,
    boardFd: null,
  });
  try {
    const catalogue = await describeCatalogue(worker);
    let drawnFrom: readonly SettingDescription[] = [];
    let offers: readonly ProbedOffer[] = [];
    const scenarios = await options.chooseScenarios(catalogue, async (settings) => {
      drawnFrom = settings;
      offers = await probeOffers(options.targets, options.cLibrary, settings, signal);
      return offers;
    });
    return { drawnFrom, offers, scenarios };
  } finally {
    await worker.stop();
  }
}

function firstOf(targets: readonly Target[]): Target {
  const [first] = targets;
  if (first === undefined) throw new CouldNotRun('no target can be had');
  return first;
}

async function proveAll(options: RunOptions): Promise<{
  readonly proved: readonly ProvedTarget[];
  readonly workers: Map<string, WorkerProcess>;
}> {
  const workers = new Map<string, WorkerProcess>();
  const proved = await Promise.all(
    options.targets.map(async (target) => {
      const { proved: proof, worker } = await proveTarget(target, options.cLibrary);
      if (worker !== null) workers.set(target.id, worker);
      options.onProgress(
        proof.kind === 'proved'
          ? { kind: 'target', target: target.id, version: proof.facts.version }
          : { kind: 'refused', target: target.id, reason: proof.reason },
      );
      return proof;
    }),
  );
  return { proved, workers };
}

async function measureAll(
  options: RunOptions,
  recorder: Recorder,
  targets: readonly Target[],
  workers: ReadonlyMap<string, WorkerProcess>,
  catalogue: readonly SettingDescription[],
  scenarios: readonly Scenario[],
): Promise<MeasureEnd> {
  const available = new Set<string>();
  const surveyedBefore = new Set<string>();
  for (const { target, scenario, availability } of recorder.availability) {
    surveyedBefore.add(`${target} ${scenario}`);
    if (availability.kind === 'available') available.add(`${target} ${scenario}`);
  }
  let surveyed = 0;
  // Side by side: nothing is timed yet.
  await Promise.all(
    targets.map(async ({ id }) => {
      const worker = workers.get(id);
      if (worker === undefined) return;
      const asked = scenarios.filter((one) => !surveyedBefore.has(`${id} ${scenarioName(one)}`));
      surveyed += scenarios.length - asked.length;
      await surveyScenarios(worker, options.cLibrary, asked, options.signal, (one) => {
        recorder.surveyed(id, one);
        if (one.availability.kind === 'available') available.add(`${id} ${one.scenario}`);
        surveyed += 1;
        options.onProgress({ kind: 'survey', done: surveyed, total: targets.length * scenarios.length });
      });
    }),
  );
  recorder.save({ kind: 'running' });
  if (options.countInstructions) await countAll(options, recorder, targets, scenarios, available);
  const baseline = targets.find(({ id }) => id === options.baseline);
  const twins = options.twin && baseline ? [twinOf(baseline)] : [];
  const known = (target: string) => (twins.some(({ id }) => id === target) ? options.baseline : target);
  let looked: ReadonlySet<string> | null = null;
  const taints = new Set(catalogue.filter(({ taintsProcess }) => taintsProcess).map(({ id }) => id));
  return measure(
    {
      ...options,
      targets: [...targets, ...twins],
      scenarios,
      cpu: recorder.cpu,
      ...(options.resumed === undefined ? {} : { done: options.resumed.done }),
      blocks: blocksMax(options),
      undecided: (blocksDone) => {
        if (options.looks.some(({ blocks }) => blocks === blocksDone)) {
          looked = recorder.undecided(options.precision);
        }
        return looked;
      },
      isAvailable: (target, scenario) => available.has(`${known(target)} ${scenario}`),
      taintsProcess: ({ settings }) => settings.some(({ setting }) => taints.has(setting)),
    },
    {
      batch: (batch) => recorder.batch(batch),
      calibrated: (scenario, iterations) => recorder.calibrated(scenario, iterations),
      event: (kind, target, block, scenario, message) =>
        recorder.event(kind, target, block, scenario, message),
      pinningRefused: () => recorder.unpinned(),
      progress: (done, total, scenario) => options.onProgress({ kind: 'measure', done, total, scenario }),
    },
  );
}

/** One after the other: it is slow work on one CPU, and nothing is in a hurry but the user. */
async function countAll(
  options: RunOptions,
  recorder: Recorder,
  targets: readonly Target[],
  scenarios: readonly Scenario[],
  available: ReadonlySet<string>,
): Promise<void> {
  const total = targets.length * scenarios.length;
  let done = 0;
  for (const one of scenarios) {
    const name = scenarioName(one);
    for (const target of targets) {
      options.onProgress({ kind: 'instructions', done: done++, total, scenario: name });
      if (options.signal.aborted) return;
      if (!available.has(`${target.id} ${name}`)) continue;
      recorder.counted(target.id, name, await countInstructions(target, options.cLibrary, one));
    }
  }
  recorder.save({ kind: 'running' });
}
