/**
 * Plans: ways to choose combinations out of factors. Each is a pure function and respects exclusions; the same seed
 * gives the same combinations. `full.ts` puts them together.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { shuffled } from '../core/order.js';
import { combinationKeyOf, type SettingChoice } from '../core/scenario.js';
import { type Combination, distinct, type Excludes, type Factor, isAllowed } from './combination.js';

/** Each setting alone, at each of its levels. */
export function eachAlone(factors: readonly Factor[]): readonly Combination[] {
  return factors.flatMap(({ setting, levels }) => levels.map((level) => [{ setting, level }]));
}

/** Every setting at its first level, as far as those before it allow. */
export function everything(factors: readonly Factor[], excludes: Excludes): Combination {
  const all: SettingChoice[] = [];
  for (const { setting, levels } of factors) {
    const level = levels.find((one) => isAllowed([...all, { setting, level: one }], excludes));
    if (level !== undefined) all.push({ setting, level });
  }
  return all;
}

/**
 * `everything` once without each of its settings: what it costs last instead of alone. Settings of `leftOut` have been
 * left out of a smaller everything already.
 */
export function leaveOneOut(
  factors: readonly Factor[],
  excludes: Excludes,
  leftOut: ReadonlySet<string> = new Set(),
): readonly Combination[] {
  const all = everything(factors, excludes);
  return all
    .filter(({ setting }) => !leftOut.has(setting))
    .map((left) => all.filter((choice) => choice !== left));
}

/** All combinations of these factors, absence included. */
export function fullFactorial(factors: readonly Factor[], excludes: Excludes): readonly Combination[] {
  let combinations: readonly Combination[] = [[]];
  for (const { setting, levels } of factors) {
    combinations = combinations.flatMap((one) => [
      one,
      ...levels.map((level) => [...one, { setting, level }]),
    ]);
  }
  return combinations.filter((one) => isAllowed(one, excludes));
}

/** The factors for a full factorial: drawn by the seed among those with most levels, to at most `most` combinations. */
export function factorialFactors(factors: readonly Factor[], most: number, seed: number): readonly Factor[] {
  const drawn = shuffled(factors, seed).sort((a, b) => b.levels.length - a.levels.length);
  const chosen: Factor[] = [];
  let size = 1;
  for (const factor of drawn) {
    if (size * (factor.levels.length + 1) > most) continue;
    size *= factor.levels.length + 1;
    chosen.push(factor);
  }
  return factors.filter((factor) => chosen.includes(factor));
}

/**
 * `count` further combinations beside `given`, as far as there are any: the number of settings is drawn evenly from 1
 * to all, so that small and large combinations are equally frequent, then the settings, then their levels.
 */
export function randomCombinations(
  factors: readonly Factor[],
  excludes: Excludes,
  count: number,
  seed: number,
  given: readonly Combination[] = [],
): readonly Combination[] {
  if (factors.length === 0) return [];
  const random = xoroshiro128plus(seed);
  const seen = new Set(given.map(combinationKeyOf));
  const found: Combination[] = [];
  // Small catalogues run out of combinations: this many misses on end is where to stop.
  for (let misses = 0; found.length < count && misses < 1000; ) {
    const size = uniformInt(random, 1, factors.length);
    const order = shuffled(factors, uniformInt(random, 0, 0x7fff_ffff)).slice(0, size);
    const chosen: SettingChoice[] = [];
    for (const factor of factors.filter((one) => order.includes(one))) {
      const level = factor.levels[uniformInt(random, 0, factor.levels.length - 1)];
      if (level === undefined) continue;
      const choice = { setting: factor.setting, level };
      if (isAllowed([...chosen, choice], excludes)) chosen.push(choice);
    }
    const key = combinationKeyOf(chosen);
    if (seen.has(key)) misses++;
    else {
      seen.add(key);
      found.push(chosen);
      misses = 0;
    }
  }
  return distinct(found);
}
