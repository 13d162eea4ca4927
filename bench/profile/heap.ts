/** Heap snapshots of a worker that repeats JavaScript handles, and what their constructors retain. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import { type ConstructorTotal, constructorTotals } from '../soak/retained.js';
import { readSnapshot } from '../soak/snapshot.js';
import { SoakWorker, WorkerGone } from '../soak/soak-worker.js';
import type { PlantChoice, SoakSpec } from '../worker/soak-messages.js';

export interface HeapSummary {
  readonly file: string;
  readonly objects: number;
  readonly bytes: number;
  readonly constructors: readonly ConstructorTotal[];
}

export interface HeapPlan {
  readonly target: Target;
  readonly cLibrary: CLibrary;
  readonly scenario: string;
  readonly cycles: number;
  readonly seed: number;
  readonly plant: PlantChoice | null;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onCycles: (done: number) => void;
}

/** Cycles between two looks at whether to stop. */
const SEGMENT_CYCLES = 2000;
const ANSWER_MS_MAX = 300_000;

/** Reads a snapshot. Throws CouldNotRun when it is none, or cut short. */
export async function summarise(file: string): Promise<HeapSummary> {
  let constructors: readonly ConstructorTotal[];
  try {
    constructors = constructorTotals((await readSnapshot(file)).graph());
  } catch (error) {
    throw new CouldNotRun(`${file}: ${messageOf(error)}`);
  }
  const sum = (of: (one: ConstructorTotal) => number) =>
    constructors.reduce((total, one) => total + of(one), 0);
  return {
    file,
    objects: sum(({ count }) => count),
    bytes: sum(({ shallowBytes }) => shallowBytes),
    constructors,
  };
}

/** Writes a snapshot before the first cycle and one after the last. Throws CouldNotRun when that cannot be done. */
export async function writeSnapshots(
  plan: HeapPlan,
): Promise<{ readonly files: readonly [string, string]; readonly writer: string; readonly cycles: number }> {
  const worker = new SoakWorker(plan.target, plan.cLibrary);
  const { scenario, seed, plant } = plan;
  const spec: SoakSpec = { scenario, settings: [], seed, plant, threads: 2 };
  const file = (when: string) => join(plan.folder, `${when}.heapsnapshot`);
  try {
    mkdirSync(plan.folder, { recursive: true });
    const prepared = await worker.ask('handlesPrepare', { spec }, ANSWER_MS_MAX);
    if (prepared.kind !== 'available') throw new CouldNotRun(`${plan.target.id}: ${prepared.reason}`);
    await worker.ask('handlesSnapshot', { file: file('before') }, ANSWER_MS_MAX);
    let cycles = 0;
    while (cycles < plan.cycles && !plan.signal.aborted) {
      const wanted = Math.min(SEGMENT_CYCLES, plan.cycles - cycles);
      cycles += (await worker.ask('handlesSegment', { first: cycles, cycles: wanted }, ANSWER_MS_MAX)).cycles;
      plan.onCycles(cycles);
    }
    const writer = await worker.ask('handlesSnapshot', { file: file('after') }, ANSWER_MS_MAX);
    return { files: [file('before'), file('after')], writer, cycles };
  } catch (error) {
    if (error instanceof CouldNotRun) throw error;
    const what = error instanceof WorkerGone ? 'the worker is gone' : 'no snapshot';
    throw new CouldNotRun(`${plan.target.id}: ${what}: ${messageOf(error)}`);
  } finally {
    await worker.stop();
  }
}
