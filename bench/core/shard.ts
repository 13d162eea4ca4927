/**
 * Shards: a plan split over several machines. A cell's baseline and contender are only comparable on one machine, so
 * that all targets of a scenario stay together, and so do scenarios that are held against each other. Pure functions:
 * every machine splits the same plan in the same way, and nobody needs to hand the parts out.
 */
import { badValue, CouldNotRun } from './errors.js';
import { CONFIGURABLE } from './operation.js';
import { shuffled } from './order.js';
import { combinationKeyOf, type Scenario } from './scenario.js';

/** A Shard is one part of a plan: the `index`-th of `count`, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** More parts than this are a typing error. */
export const SHARDS_MAX = 10_000;

/** Reads `K/N`. Throws CouldNotRun naming `flag`. */
export function parseShard(text: string, flag = '--shard'): Shard {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index >= 1 && index <= count && count <= SHARDS_MAX)) {
    throw badValue(
      flag,
      text,
      `a shard (K/N with K from 1 to N, N at most ${SHARDS_MAX}; auto, from the engine; or none)`,
    );
  }
  return { index, count };
}

export function formatShard({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/**
 * What must stay on one machine: `new` and what takes settings, with the same method, settings, phase and handles
 * alive.
 */
export function groupKey({ operation, method, settings, phase, live }: Scenario): string {
  const compared = operation === 'new' || CONFIGURABLE.has(operation);
  return `${compared ? 'creation' : operation}:${method} [${combinationKeyOf(settings)}] ${phase} ${live}`;
}

/**
 * The shard of each scenario, counted from 1, in the order of `scenarios`. Groups go, dearest first and else in an
 * order that the seed gives, to the shard that has least to do; so no two shards differ by more than the dearest
 * group. `costOf` is in any unit. Throws CouldNotRun when there are more shards than groups.
 */
export function splitPlan<T extends Scenario>(
  scenarios: readonly T[],
  count: number,
  seed: number,
  costOf: (scenario: T) => number,
): readonly number[] {
  const groups = new Map<string, { readonly key: string; cost: number }>();
  for (const one of scenarios) {
    const key = groupKey(one);
    const group = groups.get(key) ?? { key, cost: 0 };
    group.cost += costOf(one);
    groups.set(key, group);
  }
  if (count > groups.size) {
    throw new CouldNotRun(
      `--shard: this plan can be split into ${groups.size} at most, as what is compared stays together; not into ${count}`,
    );
  }
  const loads = Array.from({ length: count }, () => 0);
  const shardOf = new Map<string, number>();
  for (const { key, cost } of shuffled([...groups.values()], seed).sort((a, b) => b.cost - a.cost)) {
    const least = loads.indexOf(Math.min(...loads));
    shardOf.set(key, least + 1);
    loads[least] = (loads[least] ?? 0) + cost;
  }
  return scenarios.map((one) => shardOf.get(groupKey(one)) ?? 1);
}
