/** From a segment that convicts to the least that repeats it, and the replay that says so. */

import { leastFailing, leastPart } from '../core/bisect.js';
import { type Finding, type Replay, SOAK_SCHEMA_VERSION } from '../document/soak-schema.js';
import type { SegmentResult, SoakSpec } from '../worker/soak-messages.js';
import { convicts, findingsOf, grew } from './judge.js';
import { type SoakWorker, WorkerGone } from './soak-worker.js';

/** Each question about a crash costs a process: fewer, and a replay that is a little longer than it must be. */
const CRASH_QUESTIONS_MAX = 30;

export function replayOf(
  target: string,
  spec: SoakSpec,
  first: number,
  cycles: number,
  steps: readonly string[] | null = null,
): Replay {
  const { scenario, settings, seed, plant, threads } = spec;
  return {
    kind: 'dupmark-soak-replay',
    schemaVersion: SOAK_SCHEMA_VERSION,
    target,
    scenario,
    file: null,
    settings: [...settings],
    seed,
    plant,
    threads,
    firstCycle: first,
    cycles,
    steps,
  };
}

/** Runs ever fewer of the segment's cycles in the same worker: what was lost before does no harm. */
export async function reduce(
  worker: SoakWorker,
  spec: SoakSpec,
  first: number,
  result: SegmentResult,
): Promise<{ readonly replay: Replay; readonly findings: readonly Finding[] }> {
  const id = worker.target.id;
  const whole = findingsOf(result, null);
  const fails = (answer: SegmentResult) => convicts(answer) || grew(answer);
  const run = async (from: number, cycles: number) =>
    worker.ask('soakSegment', { first: from, cycles }, 120_000);
  try {
    const cycles = Math.max(result.cycles, 1);
    const prefix = await leastFailing(cycles, async (n) => fails(await run(first, n)));
    if (spec.scenario === 'walk') {
      const all = await worker.ask('soakWalk', { first, cycles: prefix });
      const steps = await leastPart(all, async (some) =>
        fails(await worker.ask('soakSteps', { steps: some })),
      );
      const again = await worker.ask('soakSteps', { steps });
      const cycle = first + prefix - 1;
      if (!fails(again)) return { replay: replayOf(id, spec, first, prefix), findings: whole };
      return { replay: replayOf(id, spec, first, prefix, steps), findings: findingsOf(again, cycle) };
    }
    const cycle = first + prefix - 1;
    const single = await run(cycle, 1);
    if (fails(single)) return { replay: replayOf(id, spec, cycle, 1), findings: withCycle(whole, cycle) };
    const again = await run(first, prefix);
    // Threads meet each other differently every time: what does not come again is reported as it was seen.
    if (!fails(again)) return { replay: replayOf(id, spec, first, cycles), findings: whole };
    return { replay: replayOf(id, spec, first, prefix), findings: withCycle(whole, cycle) };
  } catch {
    return { replay: replayOf(id, spec, first, result.cycles), findings: whole };
  }
}

function withCycle(findings: readonly Finding[], cycle: number): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, cycle }));
}

/** The same for a segment that kills its worker: every question in a process of its own. */
export async function crashReplay(
  worker: SoakWorker,
  spec: SoakSpec,
  first: number,
  cycles: number,
  signal: AbortSignal,
): Promise<Replay> {
  let asked = 0;
  const dies = async (from: number, n: number): Promise<boolean> => {
    if (signal.aborted || asked++ >= CRASH_QUESTIONS_MAX) return true; // then no shorter one is found
    try {
      await worker.ask('soakPrepare', { spec });
      await worker.ask('soakSegment', { first: from, cycles: n }, 120_000);
      return false;
    } catch (error) {
      if (error instanceof WorkerGone) return true;
      throw error;
    }
  };
  try {
    const prefix = await leastFailing(cycles, (n) => dies(first, n));
    asked = 0;
    const last = first + prefix - 1;
    if (spec.scenario !== 'walk' && (await dies(last, 1))) return replayOf(worker.target.id, spec, last, 1);
    if (await dies(first, prefix)) return replayOf(worker.target.id, spec, first, prefix);
  } catch {
    // the worker cannot be had any more: the whole segment is what is known
  }
  return replayOf(worker.target.id, spec, first, cycles);
}

/** Repeats a replay. Gives what it left behind; rejects with WorkerGone when it kills the worker. */
export async function repeat(worker: SoakWorker, replay: Replay): Promise<SegmentResult> {
  const { scenario, settings, seed, plant, threads } = replay;
  const prepared = await worker.ask('soakPrepare', { spec: { scenario, settings, seed, plant, threads } });
  if (prepared.kind !== 'available') throw new Error(prepared.reason);
  if (replay.steps !== null) return worker.ask('soakSteps', { steps: replay.steps });
  return worker.ask('soakSegment', { first: replay.firstCycle, cycles: replay.cycles }, 120_000);
}
