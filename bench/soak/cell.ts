/**
 * One cell of a soak: one scenario on one target, repeated in segments until its cycles or its time are used up or an
 * exact oracle convicts. Between segments the worker answers, so that a Ctrl-C or a deadline waits for one segment.
 */
import { messageOf } from '../core/errors.js';
import type { Checkpoint, Finding, Replay, SoakCell, Verdict } from '../document/soak-schema.js';
import type { SegmentResult, SoakSpec } from '../worker/soak-messages.js';
import { CheckpointSeries, convicts, findingsOf, grew, slopeFindings, verdictOf } from './judge.js';
import { crashReplay, reduce } from './reduce.js';
import { type SoakWorker, type TimeLimits, WorkerGone } from './soak-worker.js';

export interface CellLimits extends TimeLimits {
  /** Cycles to run; null for as many as fit into the time. */
  readonly cycles: number | null;
}

export interface CellProgress {
  readonly cycles: number;
  readonly checkpoint: Checkpoint | null;
  /** Something that the person who waits should know at once, such as a full disk. */
  readonly note?: string;
}

/** How long a segment is to take: short enough to stop soon, long enough that its set-up does not count. */
const SEGMENT_MS = 100;
const FIRST_SEGMENT_CYCLES = 100;
/** A random walk starts anew in every segment, so that a failing one is short enough to cut down. */
const WALK_SEGMENT_CYCLES = 2000;
/** A segment that takes this long hangs. */
const SEGMENT_MS_MAX = 120_000;
/** How often growth of allocations alone must be seen. */
const GROWTHS_MIN = 2;

export async function runCell(
  worker: SoakWorker,
  spec: SoakSpec,
  limits: CellLimits,
  onProgress: (progress: CellProgress) => void = () => {},
): Promise<SoakCell> {
  const started = performance.now();
  const series = new CheckpointSeries();
  let cycles = 0;
  let handlesCreated = 0;
  let handleBytes = 0;
  let heapGrowthBytes = 0;
  const finish = (
    verdict: Verdict,
    reason: string,
    findings: readonly Finding[] = [],
    replay: Replay | null = null,
  ): SoakCell => ({
    target: worker.target.id,
    scenario: spec.scenario,
    settings: [...spec.settings],
    plant: spec.plant,
    seed: spec.seed,
    verdict,
    reason,
    cycles,
    seconds: seconds(started),
    handlesCreated,
    handleBytes,
    checkpoints: series.all,
    findings,
    replay,
  });

  try {
    const prepared = await worker.ask('soakPrepare', { spec });
    if (prepared.kind === 'absent') return finish('not-available', prepared.reason);
    if (prepared.kind === 'failed') return finish('inconclusive', prepared.reason);
    handleBytes = prepared.handleBytes;
  } catch (error) {
    if (!(error instanceof WorkerGone)) return finish('inconclusive', messageOf(error));
    const finding = crashFinding(messageOf(error), 'while the scenario was prepared', null);
    return finish('fault', finding.message, [finding]);
  }

  let segment = FIRST_SEGMENT_CYCLES;
  let lastGrowth: { readonly result: SegmentResult; readonly first: number } | null = null;
  let growths = 0;
  while (!ended(limits, cycles)) {
    const first = cycles;
    const wanted = Math.min(segment, (limits.cycles ?? Number.MAX_SAFE_INTEGER) - cycles);
    let result: SegmentResult;
    try {
      result = await worker.ask('soakSegment', { first, cycles: wanted }, SEGMENT_MS_MAX);
    } catch (error) {
      if (!(error instanceof WorkerGone)) return finish('inconclusive', messageOf(error));
      const replay = await crashReplay(worker, spec, first, wanted, limits.signal);
      const cycle = replay.cycles === 1 ? replay.firstCycle : null;
      const at =
        cycle === null
          ? `in ${replay.cycles} cycles from cycle ${replay.firstCycle} on`
          : `in cycle ${cycle}`;
      const finding = crashFinding(messageOf(error), at, cycle);
      return finish('fault', finding.message, [finding], replay);
    }
    cycles += result.cycles;
    handlesCreated += result.handlesCreated;
    heapGrowthBytes += result.heapGrowthBytes;
    const checkpoint = checkpointOf(result, cycles, heapGrowthBytes, started);
    series.add(checkpoint);
    onProgress({ cycles, checkpoint });
    if (grew(result)) {
      growths++;
      lastGrowth = { result, first };
    }
    if (convicts(result)) {
      const { replay, findings } = await reduce(worker, spec, first, result);
      return finish(verdictOf(findings), findings[0]?.message ?? '', findings, replay);
    }
    if (lastGrowth !== null && growths >= GROWTHS_MIN) {
      const { replay, findings } = await reduce(worker, spec, lastGrowth.first, lastGrowth.result);
      return finish('leak', findings[0]?.message ?? '', findings, replay);
    }
    if (result.failure !== '') return finish('inconclusive', result.failure);
    segment = nextSegment(spec, wanted, result.elapsedNs);
  }

  const warnings = slopeFindings(series.all, handleBytes);
  if (lastGrowth !== null) {
    // Once may be what OpenSSL makes on demand: the same segment again tells.
    const { first, result } = lastGrowth;
    const again = await worker
      .ask('soakSegment', { first, cycles: result.cycles }, SEGMENT_MS_MAX)
      .catch((error: unknown) => messageOf(error));
    if (typeof again === 'string') return finish('inconclusive', again, findingsOf(result, null));
    if (grew(again)) {
      const { replay, findings } = await reduce(worker, spec, first, again);
      return finish('leak', findings[0]?.message ?? '', findings, replay);
    }
    const once = findingsOf(result, null).map(
      (finding): Finding => ({
        ...finding,
        weight: 'warns',
        message: `${finding.message} (once; the same cycles again left nothing)`,
      }),
    );
    return finish('maybe', once[0]?.message ?? '', [...once, ...warnings]);
  }
  if (warnings.length > 0) return finish('maybe', warnings[0]?.message ?? '', warnings);
  const complete = limits.cycles === null || cycles >= limits.cycles;
  if (cycles === 0 || !complete)
    return finish('inconclusive', limits.signal.aborted ? 'interrupted' : 'the time ended before the cycles');
  return finish('none', '');
}

export function ended(limits: CellLimits, cycles: number): boolean {
  // At least one segment, however small the share of the time: it is what the verdict is about.
  return (
    limits.signal.aborted ||
    (limits.cycles !== null && cycles >= limits.cycles) ||
    (limits.deadline !== null && cycles > 0 && performance.now() >= limits.deadline)
  );
}

function nextSegment(spec: SoakSpec, cycles: number, elapsedNs: number): number {
  const fitting = Math.floor((cycles * SEGMENT_MS * 1e6) / Math.max(elapsedNs, 1));
  const next = Math.min(Math.max(fitting, 1), cycles * 10);
  return spec.scenario === 'walk' ? Math.min(next, WALK_SEGMENT_CYCLES) : next;
}

function checkpointOf(
  result: SegmentResult,
  cycles: number,
  heapGrowthBytes: number,
  started: number,
): Checkpoint {
  return {
    cycles,
    seconds: seconds(started),
    handles: result.handles,
    allocations: result.allocations,
    heapGrowthBytes,
    allocatorBytes: result.allocatorBytes,
    rssBytes: result.rssBytes,
    heapUsedBytes: null,
    objects: null,
  };
}

function crashFinding(reason: string, where: string, cycle: number | null): Finding {
  return {
    oracle: 'crash',
    weight: 'decides',
    message: `${reason} ${where}`,
    sites: [],
    allocations: [],
    retainers: [],
    cycle,
  };
}

function seconds(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
