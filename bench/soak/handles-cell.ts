/**
 * One cell of a soak of JavaScript handles: as cell.ts, with V8's own word on top. A heap snapshot is taken before the
 * first cycle and at every checkpoint; the two say which objects are new and what holds them.
 */
import { messageOf } from '../core/errors.js';
import type { Checkpoint, Finding, SoakCell, Verdict } from '../document/soak-schema.js';
import type { HandlesResult, SegmentResult, SoakSpec } from '../worker/soak-messages.js';
import { type CellLimits, type CellProgress, ended } from './cell.js';
import { type HeapReading, HeapWatch } from './heap-watch.js';
import { CheckpointSeries, findingsOf, verdictOf } from './judge.js';
import { replayOf } from './reduce.js';
import { type SoakWorker, WorkerGone } from './soak-worker.js';

/** Cycles between two readings, to begin with; twice as many next time while they take less than a second. */
const SEGMENT_CYCLES = 1000;
const SEGMENT_CYCLES_MAX = 64_000;
const SEGMENT_MS_MAX = 120_000;
const CLASSES = ['SslHandle', 'SslContext'];

export function isHandleScenario(scenario: string): boolean {
  return scenario.startsWith('handles-');
}

export async function runHandlesCell(
  worker: SoakWorker,
  spec: SoakSpec,
  limits: CellLimits,
  snapshots: string,
  onProgress: (progress: CellProgress) => void = () => {},
): Promise<SoakCell> {
  const started = performance.now();
  const series = new CheckpointSeries();
  let cycles = 0;
  let created = 0;
  let createdBefore = 0;
  let segment = SEGMENT_CYCLES;
  const finish = (verdict: Verdict, reason: string, findings: readonly Finding[] = []): SoakCell => ({
    target: worker.target.id,
    scenario: spec.scenario,
    settings: [],
    plant: spec.plant,
    seed: spec.seed,
    verdict,
    reason,
    cycles,
    seconds: seconds(started),
    handlesCreated: created,
    handleBytes: 0,
    checkpoints: series.all,
    findings,
    replay:
      verdict === 'leak' || verdict === 'fault'
        ? replayOf(worker.target.id, spec, 0, Math.max(cycles, 1))
        : null,
  });

  const plant = spec.plant === null ? '' : `-${spec.plant.kind}`;
  const watch = new HeapWatch({
    take: (file) => worker.ask('handlesSnapshot', { file }, SEGMENT_MS_MAX),
    folder: snapshots,
    name: `${worker.target.id}-${spec.scenario}${plant}`,
    classes: CLASSES,
    onTrouble: (note) => onProgress({ cycles, checkpoint: null, note }),
  });
  let counted = true;
  try {
    const prepared = await worker.ask('handlesPrepare', { spec }, SEGMENT_MS_MAX);
    if (prepared.kind !== 'available') {
      return finish(prepared.kind === 'absent' ? 'not-available' : 'inconclusive', prepared.reason);
    }
    await watch.begin();
    const begun = performance.now();
    while (!ended(limits, cycles)) {
      const left = cyclesLeft(limits, cycles, begun);
      const wanted = Math.min(segment, left);
      const result = await worker.ask('handlesSegment', { first: cycles, cycles: wanted }, SEGMENT_MS_MAX);
      cycles += result.cycles;
      if (result.elapsedNs < 1e9) segment = Math.min(segment * 2, SEGMENT_CYCLES_MAX);
      if (createdBefore === 0) createdBefore = result.created;
      created = result.created - createdBefore;
      const reading = await watch.look();
      const objects = objectsOf(result, reading);
      counted = objects !== null;
      const checkpoint = checkpointOf(result, objects, cycles, started);
      series.add(checkpoint);
      onProgress({ cycles, checkpoint });
      const grown = objectFindings(objects, reading, watch);
      const findings = [...findingsOfHandles(result), ...grown];
      if (findings.length === 0) continue;
      return finish(verdictOf(findings), (grown[0] ?? findings[0])?.message ?? '', findings);
    }
  } catch (error) {
    if (!(error instanceof WorkerGone)) return finish('inconclusive', messageOf(error));
    const finding: Finding = {
      ...BLANK,
      oracle: 'crash',
      message: `${messageOf(error)} in cycles ${cycles} to ${cycles + segment}`,
    };
    return finish('fault', finding.message, [finding]);
  } finally {
    watch.end();
  }
  if (cycles === 0) return finish('inconclusive', 'interrupted');
  const complete = limits.cycles === null || cycles >= limits.cycles;
  const why = limits.signal.aborted ? 'interrupted' : 'the time ended before the cycles';
  if (!complete) return finish('inconclusive', why);
  return finish(counted ? 'none' : 'inconclusive', watch.trouble);
}

/** Cycles that are still to be run, or that fit into the time that is left at the pace so far, readings included. */
function cyclesLeft({ cycles: most, deadline }: CellLimits, done: number, begun: number): number {
  const wanted = (most ?? Number.MAX_SAFE_INTEGER) - done;
  if (deadline === null || done === 0) return wanted;
  const now = performance.now();
  const fitting = Math.floor((done * (deadline - now)) / Math.max(now - begun, 1));
  return Math.max(1, Math.min(wanted, Math.max(fitting, SEGMENT_CYCLES)));
}

const BLANK = { weight: 'decides', sites: [], allocations: [], retainers: [], cycle: null } as const;

/** What the exact counts of a segment say. Pure. */
export function findingsOfHandles(result: HandlesResult): readonly Finding[] {
  const native: SegmentResult = {
    failure: '',
    cycles: result.cycles,
    elapsedNs: result.elapsedNs,
    handlesCreated: result.created,
    handles: result.handles,
    contexts: 0,
    sessions: 0,
    allocations: null,
    bytes: null,
    heapGrowthBytes: 0,
    allocatorBytes: result.allocatorBytes,
    rssBytes: result.rssBytes,
    grown: [],
    lost: result.lost,
    excess: result.excess,
    mismatch: null,
  };
  const findings = [...findingsOf(native, null)];
  const perWrapper = 8192;
  if (result.toldBytes !== result.wrappers * perWrapper) {
    findings.push({
      ...BLANK,
      oracle: 'external',
      message: `V8 was told of ${result.toldBytes} bytes for ${result.wrappers} wrappers, where ${result.wrappers * perWrapper} would be right`,
    });
  }
  return findings;
}

/** What V8 counts beyond those of before, and the snapshot where it cannot be asked; null where neither tells. */
function objectsOf(
  result: HandlesResult,
  reading: HeapReading | null,
): Readonly<Record<string, number>> | null {
  if (result.objects !== null) return result.objects;
  if (reading === null) return null;
  return Object.fromEntries(reading.classes.map(({ name, fresh }) => [name, fresh]));
}

/** The findings for objects that were not there before, with what holds one of them. */
function objectFindings(
  objects: Readonly<Record<string, number>> | null,
  reading: HeapReading | null,
  watch: HeapWatch,
): readonly Finding[] {
  if (reading === null) {
    return Object.entries(objects ?? {})
      .filter(([, more]) => more > 0)
      .map(([name, more]) => ({
        ...BLANK,
        oracle: 'objects' as const,
        message: `${more} more live ${name} than before (what holds them is not known: ${watch.trouble})`,
      }));
  }
  return reading.classes
    .filter(({ fresh }) => fresh > 0)
    .map(({ name, fresh }) => {
      const retainers = reading.retainersOf(name);
      return {
        ...BLANK,
        oracle: 'objects' as const,
        retainers: [...retainers],
        message: `${fresh} more live ${name} than before, one held by ${retainers.slice(0, 2).join(', ')} (snapshot ${watch.keep()}, written by ${watch.writer})`,
      };
    });
}

function checkpointOf(
  result: HandlesResult,
  objects: Readonly<Record<string, number>> | null,
  cycles: number,
  started: number,
): Checkpoint {
  return {
    cycles,
    seconds: seconds(started),
    handles: result.handles,
    allocations: null,
    heapGrowthBytes: 0,
    allocatorBytes: result.allocatorBytes,
    rssBytes: result.rssBytes,
    heapUsedBytes: null,
    objects: objects === null ? null : { ...objects },
  };
}

function seconds(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
