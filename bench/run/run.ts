/**
 * A whole run: prove the targets, survey the scenarios, measure, and keep everything in a stored document from the
 * first moment on, so that no end, wanted or not, loses what was measured.
 */
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { Batch, InstructionReading } from '../core/sample.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target } from '../core/target.js';
import { deriveCells, twinId } from '../document/cells.js';
import { beginEnvironment, endEnvironment } from '../document/environment.js';
import { recordScenario, recordTarget } from '../document/record.js';
import type { RunDocument, RunStatus, TargetRecord } from '../document/schema.js';
import { SCHEMA_VERSION } from '../document/schema.js';
import { appendBatch, closeRun, createRun, newRunId, saveDocument } from '../document/store.js';
import { machineWarnings, targetWarnings } from '../document/warnings.js';
import { reach } from '../stats/family.js';
import type { Look } from '../stats/looks.js';
import type { WorkerProcess } from '../worker/worker-process.js';
import { availableCpus } from './crew.js';
import { countInstructions } from './instructions.js';
import { type MeasureEnd, measure } from './measure.js';
import { describeCatalogue, type ProvedTarget, proveTarget, surveyScenarios } from './survey.js';

export interface RunOptions {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  /** Which scenarios to run, once the catalogue is known. Throws CouldNotRun for what the catalogue lacks. */
  readonly chooseScenarios: (catalogue: readonly SettingDescription[]) => readonly Scenario[];
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
  /** The folder that keeps runs. */
  readonly results: string;
  readonly command: readonly string[];
  readonly dupmark: { readonly version: string; readonly commit: string | null };
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

export type RunProgress =
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
    const scenarios = options.chooseScenarios(catalogue);
    const recorder = new Recorder(options, proved, scenarios);
    return await recorder.record(() => measureAll(options, recorder, usable, workers, catalogue, scenarios));
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
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
  let surveyed = 0;
  // Side by side: nothing is timed yet.
  await Promise.all(
    targets.map(async ({ id }) => {
      const worker = workers.get(id);
      if (worker === undefined) return;
      await surveyScenarios(worker, options.cLibrary, scenarios, options.signal, (one) => {
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

/** A target like the baseline in all but its name. */
function twinOf(baseline: Target): Target {
  return { ...baseline, id: `A/A ${baseline.id}` };
}

function blocksMax({ looks }: RunOptions): number {
  return looks.at(-1)?.blocks ?? 1;
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

/** Keeps a run's document in step with what happens, and on the disk. */
class Recorder {
  /** The CPU that all workers share; null when they are free. */
  readonly cpu: number | null;
  readonly #begun;
  readonly #batches: Batch[] = [];
  readonly #run;
  #document: RunDocument;

  constructor(options: RunOptions, proved: readonly ProvedTarget[], scenarios: readonly Scenario[]) {
    const cpus = availableCpus();
    // The last one: the kernel's own work gathers on the first.
    this.cpu = options.pin ? (cpus.at(-1) ?? null) : null;
    this.#begun = beginEnvironment(this.cpu);
    this.#document = {
      schemaVersion: SCHEMA_VERSION,
      id: newRunId(),
      status: { kind: 'running' },
      startedAt: now(),
      endedAt: null,
      command: options.command,
      dupmark: options.dupmark,
      seed: options.seed,
      plan: {
        blocks: blocksMax(options),
        roundsPerBatch: options.rounds,
        roundLengthNs: options.roundNs,
        pinnedCpu: this.cpu,
        baseline: options.baseline,
        looks: options.looks,
      },
      environment: this.#begun.environment,
      cLibrary: options.cLibrary,
      targets: [...proved.map(recordProved), ...(options.twin ? recordTwin(options, proved) : [])],
      scenarios: scenarios.map((one) => recordScenario(one)),
      availability: [],
      memory: [],
      instructions: [],
      lost: [],
      cells: [],
      events: [],
      warnings: [],
    };
    this.#run = createRun(options.results, this.#document);
  }

  /** Runs `work` and stores how it ended, also when it throws. */
  async record(work: () => Promise<MeasureEnd>): Promise<RunOutcome> {
    try {
      const end = await work();
      if (end === 'interrupted') this.event('interrupt', null, null, null, 'stopped by the user');
      this.save(
        end === 'interrupted' ? { kind: 'partial', reason: 'stopped by the user' } : { kind: 'complete' },
        now(),
      );
      return { folder: this.#run.folder, document: this.#document, end };
    } catch (error) {
      try {
        this.save({ kind: 'partial', reason: messageOf(error) }, now());
      } catch {
        // The disk is full, most likely: the document on it says that the run is going on, and stays valid.
      }
      throw error;
    } finally {
      closeRun(this.#run);
    }
  }

  surveyed(target: string, one: Parameters<Parameters<typeof surveyScenarios>[4]>[0]): void {
    const { scenario, availability, memory, lost } = one;
    this.#document = {
      ...this.#document,
      availability: [...this.#document.availability, { target, scenario, availability }],
      memory: [...this.#document.memory, { target, scenario, reading: memory }],
      lost: [...this.#document.lost, ...(lost.length === 0 ? [] : [{ target, scenario, settings: lost }])],
    };
  }

  counted(target: string, scenario: string, reading: InstructionReading): void {
    const instructions = [...this.#document.instructions, { target, scenario, reading }];
    this.#document = { ...this.#document, instructions };
  }

  calibrated(scenario: string, iterations: number): void {
    this.#document = {
      ...this.#document,
      scenarios: this.#document.scenarios.map((one) =>
        one.name === scenario ? { ...one, iterations } : one,
      ),
    };
  }

  batch(batch: Batch): void {
    appendBatch(this.#run, batch);
    this.#batches.push(batch);
  }

  /** Scenarios with a ratio that is neither distinguished nor known to within `precision`. */
  undecided(precision: number): ReadonlySet<string> {
    const twin = twinId(this.#document);
    const names = new Set<string>();
    for (const { target, scenario, ratioToBaseline: one } of deriveCells(this.#document, this.#batches)) {
      if (target === twin || one === null || one.verdict === 'faster' || one.verdict === 'slower') continue;
      if (one.interval === null || reach(one.ratio, one.interval) > precision) names.add(scenario);
    }
    return names;
  }

  event(
    kind: RunDocument['events'][number]['kind'],
    target: string | null,
    block: number | null,
    scenario: string | null,
    message: string,
  ): void {
    const event = { at: now(), kind, target, block, scenario, message };
    this.#document = { ...this.#document, events: [...this.#document.events, event] };
  }

  unpinned(): void {
    this.#document = { ...this.#document, plan: { ...this.#document.plan, pinnedCpu: null } };
  }

  save(status: RunStatus, endedAt: string | null = null): void {
    const environment = endEnvironment(this.#begun);
    this.#document = {
      ...this.#document,
      status,
      endedAt,
      environment,
      cells: deriveCells(this.#document, this.#batches),
      warnings: [
        ...machineWarnings(environment, this.#document.plan),
        ...targetWarnings(this.#document.targets),
      ],
    };
    saveDocument(this.#run, this.#document);
  }
}

function recordProved(one: ProvedTarget): TargetRecord {
  return one.kind === 'proved'
    ? recordTarget(one.target, one.facts)
    : recordTarget(one.target, null, one.reason);
}

function recordTwin({ baseline }: RunOptions, proved: readonly ProvedTarget[]): readonly TargetRecord[] {
  return proved.flatMap((one) =>
    one.kind === 'proved' && one.target.id === baseline
      ? [recordTarget(twinOf(one.target), one.facts, null, baseline)]
      : [],
  );
}

function now(): string {
  return new Date().toISOString();
}
