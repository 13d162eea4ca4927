/**
 * One cell of a soak of JavaScript handles: as cell.ts, with V8's own word on top. A heap snapshot is taken before the
 * first cycle and at the end, or when something grew; the pair says which objects are new and what holds them.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import type { Checkpoint, Finding, SoakCell, Verdict } from '../document/soak-schema.js';
import type { HandlesResult, SegmentResult, SoakSpec } from '../worker/soak-messages.js';
import type { CellLimits, CellProgress } from './cell.js';
import { CheckpointSeries, findingsOf, verdictOf } from './judge.js';
import { replayOf } from './reduce.js';
import { readSnapshot } from './snapshot.js';
import { type SoakWorker, WorkerGone } from './soak-worker.js';

/** Cycles between two readings, to begin with; twice as many next time while they take less than a second. */
const SEGMENT_CYCLES = 1000;
const SEGMENT_CYCLES_MAX = 64_000;
const SEGMENT_MS_MAX = 120_000;
const CLASS = 'SslHandle';

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

  const pair = new SnapshotPair(worker, snapshots, spec);
  try {
    const prepared = await worker.ask('handlesPrepare', { spec }, SEGMENT_MS_MAX);
    if (prepared.kind !== 'available') {
      return finish(prepared.kind === 'absent' ? 'not-available' : 'inconclusive', prepared.reason);
    }
    await pair.takeBase();
    while (cycles === 0 || !ended(limits, cycles)) {
      if (limits.signal.aborted) break;
      const wanted = Math.min(segment, (limits.cycles ?? segment + cycles) - cycles);
      const result = await worker.ask('handlesSegment', { first: cycles, cycles: wanted }, SEGMENT_MS_MAX);
      cycles += result.cycles;
      if (result.elapsedNs < 1e9) segment = Math.min(segment * 2, SEGMENT_CYCLES_MAX);
      if (createdBefore === 0) createdBefore = result.created;
      created = result.created - createdBefore;
      const checkpoint = checkpointOf(result, cycles, started);
      series.add(checkpoint);
      onProgress({ cycles, checkpoint });
      const findings = findingsOfHandles(result);
      if (findings.length === 0) continue;
      const objects = await pair.whatGrew();
      const all = [...findings, ...objects];
      return finish(verdictOf(all), (objects[0] ?? all[0])?.message ?? '', all);
    }
    const objects = await pair.whatGrew();
    if (objects.length > 0) return finish(verdictOf(objects), objects[0]?.message ?? '', objects);
  } catch (error) {
    if (!(error instanceof WorkerGone)) return finish('inconclusive', messageOf(error));
    const finding: Finding = {
      ...BLANK,
      oracle: 'crash',
      message: `${messageOf(error)} in cycles ${cycles} to ${cycles + SEGMENT_CYCLES}`,
    };
    return finish('fault', finding.message, [finding]);
  }
  if (cycles === 0) return finish('inconclusive', 'interrupted');
  const complete = limits.cycles === null || cycles >= limits.cycles;
  const why = limits.signal.aborted ? 'interrupted' : 'the time ended before the cycles';
  return complete ? finish('none', pair.trouble) : finish('inconclusive', why);
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

/** The snapshots before and after. They are kept only when something grew. */
class SnapshotPair {
  readonly #worker: SoakWorker;
  readonly #folder: string;
  readonly #name: string;
  #base: ReadonlySet<number> | null = null;
  /** Why there is no snapshot to go by; '' while there is. */
  trouble = '';

  constructor(worker: SoakWorker, folder: string, spec: SoakSpec) {
    this.#worker = worker;
    this.#folder = folder;
    const plant = spec.plant === null ? '' : `-${spec.plant.kind}`;
    this.#name = `${worker.target.id}-${spec.scenario}${plant}`.replace(/[^A-Za-z0-9@._-]/g, '_');
  }

  async takeBase(): Promise<void> {
    const file = await this.#take('before');
    if (file === null) return;
    try {
      this.#base = new Set((await readSnapshot(file)).idsOf(CLASS));
    } catch (error) {
      this.trouble = messageOf(error);
    }
    rmSync(file, { force: true });
  }

  /** The finding for objects that were not there before, with what holds one of them. A full disk is no end. */
  async whatGrew(): Promise<readonly Finding[]> {
    const base = this.#base;
    if (base === null) return [];
    const file = await this.#take('after');
    if (file === null) return [];
    try {
      const snapshot = await readSnapshot(file);
      const grown = snapshot.idsOf(CLASS).filter((id) => !base.has(id));
      if (grown.length === 0) {
        rmSync(file, { force: true });
        return [];
      }
      const fresh = new Set(grown);
      const retainers = snapshot.retainersOf(CLASS, (id) => fresh.has(id));
      return [
        {
          ...BLANK,
          oracle: 'objects',
          retainers: [...retainers],
          message: `${grown.length} more live ${CLASS} than before, one held by ${retainers.slice(0, 2).join(', ')} (snapshot ${file})`,
        },
      ];
    } catch (error) {
      this.trouble = messageOf(error);
      return [];
    }
  }

  async #take(when: string): Promise<string | null> {
    const file = join(this.#folder, `${this.#name}-${when}.heapsnapshot`);
    try {
      mkdirSync(this.#folder, { recursive: true });
      await this.#worker.ask('handlesSnapshot', { file }, SEGMENT_MS_MAX);
      return file;
    } catch (error) {
      if (error instanceof WorkerGone) throw error;
      this.trouble = `no heap snapshot: ${messageOf(error)}`;
      return null;
    }
  }
}

function checkpointOf(result: HandlesResult, cycles: number, started: number): Checkpoint {
  return {
    cycles,
    seconds: seconds(started),
    handles: result.handles,
    allocations: null,
    heapGrowthBytes: 0,
    allocatorBytes: result.allocatorBytes,
    rssBytes: result.rssBytes,
    objects: result.objects === null ? null : { [CLASS]: Math.max(0, result.objects) },
  };
}

function ended(limits: CellLimits, cycles: number): boolean {
  return (
    limits.signal.aborted ||
    (limits.cycles !== null && cycles >= limits.cycles) ||
    (limits.deadline !== null && performance.now() >= limits.deadline)
  );
}

function seconds(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
