/**
 * In which order things run, all from one printed seed: the scenarios of a block, and whose turn it is in each
 * round of a batch. Pure functions: the same seed gives the same order for ever.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Whole numbers from 0 to 2^32 - 1 are seeds. */
export const SEED_MAX = 0xffff_ffff;

/** A shuffle of `items` that depends on `seed` and on `salt` (which block, which batch) and on nothing else. */
export function shuffled<T>(items: readonly T[], seed: number, ...salt: readonly number[]): T[] {
  const random = xoroshiro128plus(mixed(seed, salt));
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    const [a, b] = [result[i] as T, result[j] as T];
    result[i] = b;
    result[j] = a;
  }
  return result;
}

/** A whole number from 0 to `most` that depends on `seed` and `salt` and on nothing else. */
export function seededInt(most: number, seed: number, ...salt: readonly number[]): number {
  return uniformInt(xoroshiro128plus(mixed(seed, salt)), 0, most);
}

/** One 32-bit seed out of several numbers, with every bit of each mattering (the finalizer of MurmurHash3). */
function mixed(seed: number, salt: readonly number[]): number {
  let hash = seed | 0;
  for (const number of salt) {
    hash = Math.imul(hash ^ number, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash;
}

/**
 * The scenarios of one block, shuffled; those that make later handles of the process dearer come last, in an
 * order of their own.
 */
export function scenarioOrder<T>(
  scenarios: readonly T[],
  taintsProcess: (scenario: T) => boolean,
  seed: number,
  block: number,
): T[] {
  const order = shuffled(scenarios, seed, block);
  return [...order.filter((one) => !taintsProcess(one)), ...order.filter(taintsProcess)];
}

/**
 * Whose turn it is in each slot of a batch: `rounds` times all `workers`, each round in an order that is the
 * reverse of the one before it (ABBA), so that a steady drift of the machine falls on all alike; a new random
 * order every two rounds, so that nobody always follows the same neighbour.
 */
export function turnOrder(
  workers: readonly number[],
  rounds: number,
  seed: number,
  ...salt: number[]
): Uint8Array {
  const turns = new Uint8Array(workers.length * rounds);
  let order: number[] = [];
  for (let round = 0; round < rounds; round++) {
    order = round % 2 === 0 ? shuffled(workers, seed, ...salt, round) : order.reverse();
    turns.set(order, round * workers.length);
  }
  return turns;
}
