/**
 * Measures the steps of a history: a few at a time, each few in one interleaved run together with the reference, until all are done or
 * time is up. The history is on the disk after every run, so that no end loses what was measured.
 */
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { HistoryStep, StepCell, StepMemory, StepTime } from '../core/history.js';
import { opensslVersion } from '../core/openssl-version.js';
import { shuffled } from '../core/order.js';
import type { MemoryReading } from '../core/sample.js';
import { parseScenario, type Scenario } from '../core/scenario.js';
import type { CLibrary, Target, TargetFacts } from '../core/target.js';
import { twinId } from '../document/cells.js';
import { saveHistory } from '../document/history.js';
import { compactSite } from '../document/history-changes.js';
import type { HistoryDocument } from '../document/history-schema.js';
import { runFolder } from '../document/list.js';
import type { RunDocument } from '../document/schema.js';
import { assertSame, readResumed } from '../run/resume.js';
import { type RunOutcome, type RunProgress, run } from '../run/run.js';
import { proveTarget, surveyScenarios } from '../run/survey.js';
import { singleLook } from '../stats/looks.js';
import { seriesOf } from './steps.js';

/** The series of the reference measured over and over (`--aa`). */
export const AA_SERIES = 'A/A';

export interface HistoryOptions {
  readonly file: string;
  readonly results: string;
  readonly reference: Target;
  /** In the order of the history; among them the reference itself may be, or copies of it. */
  readonly steps: readonly Target[];
  readonly cLibrary: CLibrary;
  /** Milliseconds after which no further run is begun. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: HistoryProgress) => void;
}

export type HistoryProgress =
  | { readonly kind: 'work'; readonly done: number; readonly total: number; readonly what: string }
  | { readonly kind: 'note'; readonly line: string };

export type HistoryEnd = 'complete' | 'budget' | 'interrupted';

/** A copy of a target under another name, measured like any other: nothing differs, so that no change is real. */
export function copyOf(target: Target, number: number): Target {
  return { ...target, id: `A/A ${number} ${target.id}` };
}

/**
 * Goes on with a history until every step of its plan is measured, or named as missing. Throws CouldNotRun when the reference cannot be
 * measured, or the disk refuses.
 */
export async function measureHistory(
  history: HistoryDocument,
  options: HistoryOptions,
): Promise<{ readonly history: HistoryDocument; readonly end: HistoryEnd }> {
  const walk = new Walk(history, options);
  try {
    const end = history.plan.timed ? await walk.time() : await walk.count();
    walk.end(
      end === 'complete'
        ? { kind: 'complete' }
        : { kind: 'partial', reason: end === 'budget' ? 'the budget ended' : 'stopped by the user' },
    );
    return { history: walk.history, end };
  } catch (thrown) {
    walk.end({ kind: 'partial', reason: messageOf(thrown) });
    throw thrown;
  }
}

class Walk {
  history: HistoryDocument;
  readonly #options: HistoryOptions;
  readonly #scenarios: readonly Scenario[];
  readonly #started = performance.now();

  constructor(history: HistoryDocument, options: HistoryOptions) {
    this.history = { ...history, status: { kind: 'running' }, endedAt: null };
    this.#options = options;
    this.#scenarios = history.plan.scenarios.map((name) => parseScenario(name));
    this.#save();
  }

  /** Runs of a few steps each, beside the reference. */
  async time(): Promise<HistoryEnd> {
    const { runs } = this.history;
    const unfinished = runs.find(({ endedAt }) => endedAt === null);
    if (unfinished !== undefined) {
      const end = await this.#run(this.#targets(unfinished.steps), unfinished.id);
      if (end === 'interrupted') return end;
    }
    const groups = this.#groups();
    for (const [i, group] of groups.entries()) {
      if (this.#options.signal.aborted) return 'interrupted';
      if (i > 0 && performance.now() - this.#started > this.#options.budgetMs) return 'budget';
      if ((await this.#run(group, null)) === 'interrupted') return 'interrupted';
    }
    return 'complete';
  }

  /** Allocations and bytes alone: they are exact, so that every step can be counted by itself. */
  async count(): Promise<HistoryEnd> {
    const left = this.#left();
    const total = this.history.plan.steps.length;
    for (const target of left) {
      if (this.#options.signal.aborted) return 'interrupted';
      const done = total - this.#left().length;
      this.#options.onProgress({ kind: 'work', done, total, what: target.id });
      const counted = await countTarget(
        target,
        this.#options.cLibrary,
        this.#scenarios,
        this.#options.signal,
      );
      if (this.#options.signal.aborted) return 'interrupted';
      if ('reason' in counted) this.#miss(target.id, counted.reason);
      else this.#add(stepOf(target, counted.facts, null, counted.cells));
      this.#save();
    }
    return 'complete';
  }

  end(status: HistoryDocument['status']): void {
    this.history = { ...this.history, status, endedAt: new Date().toISOString() };
    this.#save();
  }

  /** What the plan has and is neither measured nor known to be missing. */
  #left(): readonly Target[] {
    const done = new Set([...this.history.steps, ...this.history.missing].map(({ target }) => target));
    return this.#targets(this.history.plan.steps.filter((id) => !done.has(id)));
  }

  #targets(ids: readonly string[]): readonly Target[] {
    return ids.flatMap((id) => this.#options.steps.find((one) => one.id === id) ?? []);
  }

  /**
   * Neighbours in the history are put in different runs: what a run's moment does to all of its steps then looks like noise, and never
   * like a change.
   */
  #groups(): readonly (readonly Target[])[] {
    const { seed, plan } = this.history;
    const others = shuffled(
      this.#left().filter(({ id }) => id !== plan.reference),
      seed,
    );
    const groups: Target[][] = [];
    const count = Math.ceil(others.length / plan.stepsPerRun);
    for (let i = 0; i < count; i++) groups.push(others.filter((_, at) => at % count === i));
    return groups;
  }

  async #run(steps: readonly Target[], resumedId: string | null): Promise<'measured' | 'interrupted'> {
    const { history } = this;
    const { results, reference, cLibrary, signal } = this.#options;
    const { plan } = history;
    const resumed = resumedId === null ? null : readResumed(runFolder(results, resumedId));
    const targets = [reference, ...steps];
    if (resumed !== null) assertSame(resumed.document, targets, cLibrary);
    const before = history.steps.length + history.missing.length;
    const outcome = await run({
      targets,
      cLibrary,
      chooseScenarios: () => this.#scenarios,
      baseline: reference.id,
      looks: singleLook(plan.blocks),
      precision: 0,
      twin: true,
      rounds: plan.roundsPerBatch,
      roundNs: plan.roundLengthNs,
      // A run's own order, and the same one when it is gone on with.
      seed: (history.seed + history.runs.filter(({ id }) => id !== resumedId).length) >>> 0,
      pin: plan.pinnedCpu !== null,
      countInstructions: false,
      budgetMs: Number.POSITIVE_INFINITY,
      results,
      command: history.command,
      dupmark: history.dupmark,
      ...(resumed === null ? {} : { resumed }),
      signal,
      onProgress: (step) => this.#progress(step, before, steps.length),
    });
    this.#record(outcome, steps);
    return outcome.end === 'interrupted' ? 'interrupted' : 'measured';
  }

  #progress(step: RunProgress, before: number, steps: number): void {
    const { onProgress } = this.#options;
    if (step.kind === 'refused') onProgress({ kind: 'note', line: `refused ${step.target}: ${step.reason}` });
    // In parts of a step, so that the time that is left can be told from what is done.
    if (step.kind !== 'measure') return;
    const share = step.total === 0 ? 0 : step.done / step.total;
    const total = this.history.plan.steps.length;
    onProgress({ kind: 'work', done: Math.min(total, before + share * steps), total, what: step.scenario });
  }

  #record({ document, end }: RunOutcome, steps: readonly Target[]): void {
    const finished = end !== 'interrupted';
    const entry = runEntry(document, steps, finished);
    this.history = {
      ...this.history,
      environment: this.history.environment ?? document.environment,
      plan: { ...this.history.plan, pinnedCpu: document.plan.pinnedCpu },
      runs: [...this.history.runs.filter(({ id }) => id !== document.id), entry],
    };
    if (finished) {
      for (const target of steps) {
        const refused = document.targets.find(({ id }) => id === target.id)?.refused ?? null;
        const step = refused === null ? recordedStep(document, target, target.id) : null;
        if (step === null) this.#miss(target.id, refused ?? 'it was not measured');
        else this.#add(step);
      }
      this.#addReference(document);
    }
    this.#save();
  }

  /** The reference is a release too: what it is against itself, by its second worker. */
  #addReference(document: RunDocument): void {
    const { reference } = this.#options;
    const { plan, steps } = this.history;
    if (!plan.steps.includes(reference.id) || steps.some(({ target }) => target === reference.id)) return;
    const twin = twinId(document);
    const step = twin === null ? null : recordedStep(document, reference, twin);
    if (step !== null) this.#add(step);
  }

  #add(step: HistoryStep): void {
    const order = this.history.plan.steps;
    const steps = [...this.history.steps, step].sort(
      (a, b) => order.indexOf(a.target) - order.indexOf(b.target),
    );
    this.history = { ...this.history, steps };
  }

  #miss(target: string, reason: string): void {
    this.history = { ...this.history, missing: [...this.history.missing, { target, reason }] };
  }

  #save(): void {
    this.history = saveHistory(this.#options.file, this.history);
  }
}

function runEntry(
  document: RunDocument,
  steps: readonly Target[],
  finished: boolean,
): HistoryDocument['runs'][number] {
  const twin = twinId(document);
  return {
    id: document.id,
    steps: steps.map(({ id }) => id),
    startedAt: document.startedAt,
    endedAt: finished ? document.endedAt : null,
    loadAtStart: document.environment.loadAtStart[0],
    stealFraction: document.environment.stealFraction,
    aa: document.scenarios.flatMap(({ name }) => {
      const time = twin === null ? null : timeOf(document, twin, name);
      return time === null ? [] : [{ scenario: name, time }];
    }),
  };
}

/** The step of a run's target, its times from the worker `measuredAs`; null when it told nothing of itself. */
function recordedStep(document: RunDocument, target: Target, measuredAs: string): HistoryStep | null {
  const facts = document.targets.find(({ id }) => id === target.id)?.facts ?? null;
  if (facts === null) return null;
  const cells = document.scenarios.map(({ name }): StepCell => {
    const availability = document.availability.find(
      (one) => one.target === target.id && one.scenario === name,
    )?.availability;
    const reading = document.memory.find((one) => one.target === target.id && one.scenario === name)?.reading;
    const time = timeOf(document, measuredAs, name);
    const why =
      availability === undefined
        ? 'it was not asked'
        : availability.kind === 'available'
          ? time === null
            ? 'its workers crashed'
            : null
          : availability.reason;
    return { scenario: name, time, memory: stepMemory(reading), reason: why ?? reasonOf(reading) };
  });
  return stepOf(target, facts, document.id, cells);
}

function timeOf({ cells }: RunDocument, target: string, scenario: string): StepTime | null {
  const cell = cells.find((one) => one.target === target && one.scenario === scenario);
  if (cell === undefined || cell.summary === null || cell.ratioToBaseline === null) return null;
  const { ratio, interval, standardError, blocks } = cell.ratioToBaseline;
  return {
    medianNs: figure(cell.summary.medianNs),
    ratio: figure(ratio),
    low: interval === null ? null : figure(interval.low),
    high: interval === null ? null : figure(interval.high),
    standardError: standardError === null ? null : figure(standardError),
    blocks,
  };
}

/** Seven digits, as raw values have; a history is read by people too. */
function figure(value: number): number {
  return Number(value.toPrecision(7));
}

function stepMemory(reading: MemoryReading | undefined): StepMemory | null {
  if (reading?.kind !== 'exact') return null;
  const { allocations, requestedBytes, retainedBytes, retainedAllocations, sites } = reading;
  return { allocations, requestedBytes, retainedBytes, retainedAllocations, sites: sites.map(compactSite) };
}

function reasonOf(reading: MemoryReading | undefined): string | null {
  return reading?.kind === 'not-available' ? reading.reason : null;
}

function stepOf(
  target: Target,
  facts: TargetFacts,
  runId: string | null,
  cells: readonly StepCell[],
): HistoryStep {
  const openssl = opensslVersion(facts.version);
  return {
    series: target.id.startsWith('A/A ') ? AA_SERIES : seriesOf(target.provider, openssl),
    target: target.id,
    openssl,
    opensslNumber: facts.versionNumber,
    package: target.package,
    compiler: facts.compiler,
    nodeVersion: facts.nodeVersion,
    sha256: Object.values(target.sha256),
    run: runId,
    cells,
  };
}

/** Counts what one target allocates for each scenario, in a worker of its own; nothing is timed. */
export async function countTarget(
  target: Target,
  cLibrary: CLibrary,
  scenarios: readonly Scenario[],
  signal: AbortSignal,
): Promise<
  { readonly facts: TargetFacts; readonly cells: readonly StepCell[] } | { readonly reason: string }
> {
  const { proved, worker } = await proveTarget(target, cLibrary);
  if (proved.kind === 'refused') return { reason: proved.reason };
  if (worker === null) throw new CouldNotRun(`${target.id}: its worker ended`);
  const cells: StepCell[] = [];
  await surveyScenarios(worker, cLibrary, scenarios, signal, ({ scenario, availability, memory }) => {
    const reason = availability.kind === 'available' ? reasonOf(memory) : availability.reason;
    cells.push({ scenario, time: null, memory: stepMemory(memory), reason });
  });
  return { facts: proved.facts, cells };
}
