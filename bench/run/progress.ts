/** How far a stored run came, from its document and raw values alone: what a resumed run need not do again. */
import type { Batch } from '../core/sample.js';
import type { RunDocument } from '../document/schema.js';

/** A worker that crashes this often on one scenario is not asked again. */
export const CRASHES_MAX = 2;

/** A Done is what of a run is measured already. */
export interface Done {
  /** Whether all rounds of a scenario in a block are there, for every target that can run it. */
  readonly has: (block: number, scenario: string) => boolean;
  /** Iterations per round by scenario, so that later blocks go on with the same. */
  readonly iterations: ReadonlyMap<string, number>;
  /** Crashes by target and scenario, as `TARGET SCENARIO`. */
  readonly crashes: ReadonlyMap<string, number>;
  /** Batches that stay; those of a block and scenario that was cut short are measured again, as a whole. */
  readonly batches: readonly Batch[];
}

export const NOTHING_DONE: Done = {
  has: () => false,
  iterations: new Map(),
  crashes: new Map(),
  batches: [],
};

/** What is done of `document`, of which `batches` are all that could be read. */
export function doneOf(
  document: Pick<RunDocument, 'availability' | 'plan'>,
  batches: readonly Batch[],
): Done {
  const crashes = new Map<string, number>();
  const groups = new Map<string, Batch[]>();
  const iterations = new Map<string, number>();
  for (const batch of batches) {
    const key = `${batch.block} ${batch.scenario}`;
    groups.set(key, [...(groups.get(key) ?? []), batch]);
    iterations.set(batch.scenario, batch.iterations);
    const worker = `${batch.target} ${batch.scenario}`;
    if (batch.state.kind === 'failed') crashes.set(worker, (crashes.get(worker) ?? 0) + 1);
  }
  const able = new Map<string, string[]>();
  for (const { target, scenario, availability } of document.availability) {
    if (availability.kind !== 'available') continue;
    able.set(scenario, [...(able.get(scenario) ?? []), target]);
  }
  const whole = new Set<string>();
  for (const [key, group] of groups) {
    const scenario = group[0]?.scenario ?? '';
    const present = new Set(group.map(({ target }) => target));
    const expected = (able.get(scenario) ?? []).filter(
      (target) => (crashes.get(`${target} ${scenario}`) ?? 0) < CRASHES_MAX,
    );
    const cut = group.some(({ state }) => state.kind === 'interrupted');
    if (!cut && expected.every((target) => present.has(target))) whole.add(key);
  }
  return {
    has: (block, scenario) => whole.has(`${block} ${scenario}`),
    iterations,
    crashes,
    batches: batches.filter(({ block, scenario }) => whole.has(`${block} ${scenario}`)),
  };
}
