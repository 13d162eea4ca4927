/**
 * Covering arrays: few combinations in which every `strength` settings meet at all their levels, absence included,
 * unless these exclude each other.
 *
 * Goals: over 100 settings in seconds; rows that exist already count; the same seed gives the same rows. Non-goal:
 * the fewest rows possible. `coverage.ts` proves the result and shares no code with this.
 *
 * One row at a time, greedily, as in D. M. Cohen et al., "The AETG system", IEEE Transactions on Software
 * Engineering 23 (1997): several candidates start with the same uncovered tuple, take the other settings in random
 * orders, give each the level that covers most, and the best candidate becomes a row. A choice excludes others
 * only in pairs and absence excludes nothing, so every tuple without an exclusion in it can be completed.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { shuffled } from '../core/order.js';
import type { SettingChoice } from '../core/scenario.js';
import { type Combination, distinct, type Excludes, type Factor } from './combination.js';

export interface CoveringOptions {
  readonly strength: 2 | 3;
  readonly excludes: Excludes;
  readonly seed: number;
  /** Combinations that will be run anyway. */
  readonly given?: readonly Combination[];
}

/** Candidates for each row: more than this made arrays hardly smaller (docs/decisions/covering-arrays.md). */
const CANDIDATES = 8;

/** The rows that `given` lacks for full coverage. */
export function coveringArray(factors: readonly Factor[], options: CoveringOptions): readonly Combination[] {
  if (factors.length < options.strength) return [];
  const values = valuesOf(factors);
  const tuples = new Tuples(values, options);
  for (const row of options.given ?? []) tuples.cover(rowOf(row, factors, values));
  const random = xoroshiro128plus(options.seed);
  const order = factors.map((_, f) => f);
  const rows: Combination[] = [];
  for (let start = tuples.nextUncovered(); start !== null; start = tuples.nextUncovered()) {
    let best: { readonly row: readonly number[]; readonly gain: number } | null = null;
    for (let i = 0; i < CANDIDATES; i++) {
      const candidate = completed(start, shuffled(order, options.seed, rows.length, i), tuples, random);
      if (best === null || candidate.gain > best.gain) best = candidate;
    }
    if (best === null) break;
    tuples.cover(best.row);
    rows.push([...best.row].sort((a, b) => a - b).flatMap((value) => values.choice[value] ?? []));
  }
  return distinct(rows);
}

/** Every level of every factor has one number; `choice` is null where the number means absence. */
interface Values {
  readonly count: number;
  readonly choice: readonly (SettingChoice | null)[];
  readonly factor: Int32Array;
  /** Numbers of each factor's levels, absence first. */
  readonly ofFactor: readonly (readonly number[])[];
}

function valuesOf(factors: readonly Factor[]): Values {
  const choice: (SettingChoice | null)[] = [];
  const factor: number[] = [];
  const ofFactor = factors.map(({ setting, levels }, f) =>
    [null, ...levels].map((level) => {
      factor.push(f);
      return choice.push(level === null ? null : { setting, level }) - 1;
    }),
  );
  return { count: choice.length, choice, factor: Int32Array.from(factor), ofFactor };
}

function rowOf(row: Combination, factors: readonly Factor[], { ofFactor }: Values): readonly number[] {
  return factors.map(({ setting, levels }, f) => {
    const level = row.find((one) => one.setting === setting)?.level;
    const numbers = ofFactor[f] ?? [];
    return numbers[level === undefined ? 0 : levels.indexOf(level) + 1] ?? -1;
  });
}

/** Which tuples are covered: a byte for each, by the numbers of its values in any order. */
class Tuples {
  readonly #values: Values;
  readonly #strength: 2 | 3;
  readonly #done: Uint8Array;
  readonly #excluded: Uint8Array;
  #next = 0;

  constructor(values: Values, { strength, excludes }: CoveringOptions) {
    this.#values = values;
    this.#strength = strength;
    const { count } = values;
    this.#done = new Uint8Array(count ** strength);
    this.#excluded = new Uint8Array(count * count);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const [one, other] = [values.choice[a], values.choice[b]];
        const clash = one && other && (excludes(one, other) || excludes(other, one));
        if (values.factor[a] === values.factor[b] || clash) this.#excluded[a * count + b] = 1;
      }
    }
  }

  factorOf(value: number): number {
    return this.#values.factor[value] ?? -1;
  }

  levelsOf(factor: number): readonly number[] {
    return this.#values.ofFactor[factor] ?? [];
  }

  allows(value: number, row: readonly number[]): boolean {
    const base = value * this.#values.count;
    return row.every((other) => this.#excluded[base + other] === 0);
  }

  /** How many uncovered tuples `value` makes with those of `row`, which it must not exclude. */
  gain(value: number, row: readonly number[]): number {
    const { count } = this.#values;
    let gain = 0;
    for (let i = 0; i < row.length; i++) {
      const base = value * count + (row[i] ?? 0);
      if (this.#strength === 2) {
        if (this.#done[base] === 0) gain++;
        continue;
      }
      for (let j = i + 1; j < row.length; j++) {
        if (this.#done[base * count + (row[j] ?? 0)] === 0) gain++;
      }
    }
    return gain;
  }

  /** Values of -1 (a level that is no factor's) cover nothing. */
  cover(row: readonly number[]): void {
    const { count } = this.#values;
    for (const a of row) {
      for (const b of row) {
        if (a < 0 || b < 0 || a === b) continue;
        if (this.#strength === 2) this.#done[a * count + b] = 1;
        else for (const c of row) if (c >= 0) this.#done[(a * count + b) * count + c] = 1;
      }
    }
  }

  /** The first tuple that can be covered and is not; null when there is none. */
  nextUncovered(): readonly number[] | null {
    const { count } = this.#values;
    for (; this.#next < this.#done.length; this.#next++) {
      if (this.#done[this.#next] !== 0) continue;
      const tuple: number[] = [];
      for (let rest = this.#next, i = 0; i < this.#strength; i++, rest = Math.floor(rest / count)) {
        tuple.push(rest % count);
      }
      if (tuple.every((value, i) => this.allows(value, tuple.slice(0, i)))) return tuple;
    }
    return null;
  }
}

/** A row that begins with `start` and has a level for every factor, chosen in `order`. */
function completed(
  start: readonly number[],
  order: readonly number[],
  tuples: Tuples,
  random: RandomGenerator,
): { readonly row: readonly number[]; readonly gain: number } {
  const row = [...start];
  const taken = new Set(start.map((value) => tuples.factorOf(value)));
  let gain = 1;
  for (const factor of order) {
    if (taken.has(factor)) continue;
    let best = -1;
    let bestGain = -1;
    let ties = 0;
    for (const value of tuples.levelsOf(factor)) {
      if (!tuples.allows(value, row)) continue;
      const own = tuples.gain(value, row);
      ties = own === bestGain ? ties + 1 : own > bestGain ? 1 : ties;
      // Equals are drawn with equal chance, each replacing the former with 1 in how many there are.
      if (own > bestGain || (own === bestGain && uniformInt(random, 1, ties) === 1))
        [best, bestGain] = [value, own];
    }
    row.push(best);
    gain += bestGain;
  }
  return { row, gain };
}
