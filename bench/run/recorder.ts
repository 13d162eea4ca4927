/** Keeps a run's document in step with what happens, and on the disk: a new run's, or one that is gone on with. */
import { messageOf } from '../core/errors.js';
import type { Batch, InstructionReading } from '../core/sample.js';
import type { Scenario } from '../core/scenario.js';
import type { Target } from '../core/target.js';
import { deriveCells, twinId } from '../document/cells.js';
import { beginEnvironment, endEnvironment } from '../document/environment.js';
import { recordScenario, recordTarget } from '../document/record.js';
import { reopenRun } from '../document/reopen.js';
import {
  type Origin,
  type RunDocument,
  type RunStatus,
  SCHEMA_VERSION,
  type TargetRecord,
} from '../document/schema.js';
import { appendBatch, closeRun, createRun, newRunId, type OpenRun, saveDocument } from '../document/store.js';
import { machineWarnings, targetWarnings } from '../document/warnings.js';
import { reach } from '../stats/family.js';
import { cpusAtStart } from './crew.js';
import type { MeasureEnd } from './measure.js';
import type { RunOptions, RunOutcome } from './run.js';
import type { ProvedTarget, SurveyedScenario } from './survey.js';

/** A target like the baseline in all but its name. */
export function twinOf(baseline: Target): Target {
  return { ...baseline, id: `A/A ${baseline.id}` };
}

/** The most blocks that a run may have. */
export function blocksMax({ looks }: Pick<RunOptions, 'looks'>): number {
  return looks.at(-1)?.blocks ?? 1;
}

export class Recorder {
  /** The CPU that all workers share; null when they are free. */
  readonly cpu: number | null;
  readonly #begun;
  readonly #batches: Batch[];
  readonly #run: OpenRun;
  #document: RunDocument;

  constructor(
    options: RunOptions,
    proved: readonly ProvedTarget[],
    scenarios: readonly Scenario[],
    origin: Origin,
  ) {
    const cpus = cpusAtStart();
    // The last one: the kernel's own work gathers on the first.
    this.cpu = options.pin ? (cpus.at(-1) ?? null) : null;
    this.#begun = beginEnvironment(this.cpu);
    const { resumed } = options;
    this.#batches = [...(resumed?.done.batches ?? [])];
    if (resumed === undefined) {
      this.#document = newDocument(options, proved, scenarios, origin, this.cpu, this.#begun);
      this.#run = createRun(options.results, this.#document);
    } else {
      const { iterations } = resumed.done;
      this.#document = {
        ...resumed.document,
        // A run that was killed has stored the values and not yet how many iterations they are of.
        scenarios: resumed.document.scenarios.map((one) => ({
          ...one,
          iterations: one.iterations ?? iterations.get(one.name) ?? null,
        })),
        plan: { ...resumed.document.plan, pinnedCpu: this.cpu },
      };
      this.#run = reopenRun(resumed.folder, resumed.done.batches);
      this.event('restart', null, null, null, `resumed with ${this.#batches.length} batches that were there`);
      this.save({ kind: 'running' });
    }
  }

  /** What is known of targets and scenarios so far. */
  get availability(): RunDocument['availability'] {
    return this.#document.availability;
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

  surveyed(target: string, one: SurveyedScenario): void {
    const { scenario, availability, memory, lost, setOnHandles } = one;
    const named = (settings: readonly string[]) =>
      settings.length === 0 ? [] : [{ target, scenario, settings }];
    this.#document = {
      ...this.#document,
      availability: [...this.#document.availability, { target, scenario, availability }],
      memory: [...this.#document.memory, { target, scenario, reading: memory }],
      lost: [...this.#document.lost, ...named(lost)],
      setOnHandles: [...this.#document.setOnHandles, ...named(setOnHandles)],
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

function newDocument(
  options: RunOptions,
  proved: readonly ProvedTarget[],
  scenarios: readonly Scenario[],
  origin: Origin,
  cpu: number | null,
  begun: ReturnType<typeof beginEnvironment>,
): RunDocument {
  return {
    schemaVersion: SCHEMA_VERSION,
    id: newRunId(),
    status: { kind: 'running' },
    startedAt: now(),
    endedAt: null,
    command: options.command,
    dupmark: options.dupmark,
    seed: options.seed,
    origin,
    plan: {
      blocks: blocksMax(options),
      roundsPerBatch: options.rounds,
      roundLengthNs: options.roundNs,
      pinnedCpu: cpu,
      baseline: options.baseline,
      looks: options.looks,
    },
    environment: begun.environment,
    cLibrary: options.cLibrary,
    targets: [...proved.map(recordProved), ...(options.twin ? recordTwin(options, proved) : [])],
    scenarios: scenarios.map((one) => recordScenario(one)),
    availability: [],
    memory: [],
    instructions: [],
    lost: [],
    setOnHandles: [],
    cells: [],
    events: [],
    warnings: [],
  };
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
