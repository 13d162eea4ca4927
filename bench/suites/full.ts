/**
 * The suite `full`: enough combinations of settings to tell what each setting costs on every target, alone and in
 * company. Targets offer different settings, so the plans are made for each distinct offer, the smallest first;
 * combinations of a smaller offer run on the targets of a larger one too and count there.
 */
import { combinationKeyOf, type Scenario, scenario } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import { everyWay } from '../core/ways.js';
import {
  type Combination,
  distinct,
  exclusionsOf,
  type Factor,
  factorsOf,
  type Offer,
} from './combination.js';
import { type Coverage, coverageOf } from './coverage.js';
import { coveringArray } from './covering-array.js';
import {
  eachAlone,
  everything,
  factorialFactors,
  fullFactorial,
  leaveOneOut,
  randomCombinations,
} from './plans.js';
import { PRESETS, resolvePreset } from './presets.js';

/** Distinct combinations that every target runs at least, where its settings allow so many. */
export const COMBINATIONS_MIN = 220;
/** Combinations of the full factorial: four settings on or off, or fewer with more levels. */
const FACTORIAL_MOST = 24;

/**
 * 12 blocks: the interval may then leave out two at either end, which a busy machine spoils. 12 rounds in each: the
 * models are sure of a setting by the many combinations that hold it, not by many rounds of each.
 */
export const FULL_EFFORT = { blocks: 12, rounds: 12, budgetMs: 45 * 60_000 } as const;

/** Combinations by the plan that made them first. */
export interface PlannedCombination {
  readonly plan: string;
  readonly combination: Combination;
}

/** All combinations of `settings`, each once. `seed` chooses where there is a choice. */
export function planFull(
  settings: readonly SettingDescription[],
  offers: readonly Offer[],
  seed: number,
): readonly PlannedCombination[] {
  const excludes = exclusionsOf(settings);
  const planned = new Map<string, PlannedCombination>();
  const leftOut = new Set<string>();
  for (const factors of distinctOffers(settings, offers)) {
    const add = (plan: string, combinations: readonly Combination[]) => {
      for (const combination of combinations) {
        const key = combinationKeyOf(combination);
        if (!planned.has(key)) planned.set(key, { plan, combination });
      }
    };
    const given = () =>
      [...planned.values()].map(({ combination }) => combination).filter(offeredBy(factors));
    add('bare', [[]]);
    add('alone', eachAlone(factors));
    for (const preset of PRESETS) {
      const resolved = resolvePreset(preset, factors, excludes);
      if (resolved !== null) add(preset.name, [resolved.combination]);
    }
    add('everything', [everything(factors, excludes)]);
    add('leave-one-out', leaveOneOut(factors, excludes, leftOut));
    for (const { setting } of factors) leftOut.add(setting);
    add('factorial', fullFactorial(factorialFactors(factors, FACTORIAL_MOST, seed), excludes));
    add('pairwise', coveringArray(factors, { strength: 2, excludes, seed, given: given() }));
    add('3-wise', coveringArray(factors, { strength: 3, excludes, seed, given: given() }));
    const here = given();
    add('random', randomCombinations(factors, excludes, COMBINATIONS_MIN - here.length, seed, here));
  }
  return [...planned.values()];
}

/** The bare operations, then each combination in every way that there is to it. */
export function fullScenarios(
  settings: readonly SettingDescription[],
  offers: readonly Offer[] = [],
  seed = 0,
): readonly Scenario[] {
  return [
    scenario('noop'),
    scenario('new'),
    ...planFull(settings, offers, seed).flatMap(({ combination }) => everyWay(combination)),
  ];
}

/** What the combinations that one target can run cover of its own offer. */
export interface TargetCoverage {
  readonly target: string;
  readonly settings: number;
  readonly combinations: number;
  readonly pairs: Coverage;
  readonly triples: Coverage;
}

/** The proof, target by target, over the combinations alone: however they came to be. */
export function proveCoverage(
  settings: readonly SettingDescription[],
  offers: readonly Offer[],
  combinations: readonly Combination[],
): readonly TargetCoverage[] {
  const excludes = exclusionsOf(settings);
  return offers.map(({ target, choices }) => {
    const factors = factorsOf(settings, choices);
    const own = distinct(combinations).filter(offeredBy(factors));
    return {
      target,
      settings: factors.length,
      combinations: own.length,
      pairs: coverageOf(own, factors, 2, excludes),
      triples: coverageOf(own, factors, 3, excludes),
    };
  });
}

/** The different lists of factors that targets offer, smallest first; all settings when none is known. */
function distinctOffers(
  settings: readonly SettingDescription[],
  offers: readonly Offer[],
): readonly (readonly Factor[])[] {
  if (offers.length === 0) return [factorsOf(settings)];
  const byKey = new Map(offers.map(({ choices }) => [[...choices].sort().join(','), choices]));
  return [...byKey.values()].sort((a, b) => a.size - b.size).map((choices) => factorsOf(settings, choices));
}

function offeredBy(factors: readonly Factor[]): (combination: Combination) => boolean {
  const levels = new Map(factors.map((factor) => [factor.setting, factor.levels]));
  return (combination) =>
    combination.every(({ setting, level }) => levels.get(setting)?.includes(level) ?? false);
}
