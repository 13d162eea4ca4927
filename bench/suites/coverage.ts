/**
 * Proves that combinations cover what they should. Shares no code with the generator: plain enumeration of every
 * tuple of levels, absence included.
 */
import type { SettingChoice } from '../core/scenario.js';
import { type Combination, type Excludes, type Factor, isAllowed } from './combination.js';

export interface Coverage {
  readonly strength: number;
  /** Tuples of levels without an exclusion among them. */
  readonly tuples: number;
  /** Of these, in some combination. */
  readonly covered: number;
  /** The first few that are in none, as text. */
  readonly missing: readonly string[];
  /** Combinations that hold an exclusion, or a setting or level that is no factor's. */
  readonly forbidden: number;
}

const MISSING_SHOWN = 5;

/** Looks at all tuples of `strength` factors in `combinations`. */
export function coverageOf(
  combinations: readonly Combination[],
  factors: readonly Factor[],
  strength: number,
  excludes: Excludes,
): Coverage {
  const rows = combinations.map((combination) =>
    factors.map(({ setting }) => combination.find((choice) => choice.setting === setting)?.level ?? null),
  );
  const missing: string[] = [];
  let [tuples, covered] = [0, 0];
  for (const columns of subsets(factors.length, strength)) {
    const seen = new Set(rows.map((row) => tupleText(columns.map((column) => row[column] ?? null))));
    for (const levels of levelsOf(columns.map((column) => factors[column]?.levels ?? []))) {
      const present = columns.flatMap((column, i): SettingChoice[] => {
        const [setting, level] = [factors[column]?.setting, levels[i]];
        return setting === undefined || level === undefined || level === null ? [] : [{ setting, level }];
      });
      if (!isAllowed(present, excludes)) continue;
      tuples++;
      if (seen.has(tupleText(levels))) covered++;
      else if (missing.length < MISSING_SHOWN) {
        missing.push(
          columns.map((column, i) => `${factors[column]?.setting}=${levels[i] ?? 'absent'}`).join(','),
        );
      }
    }
  }
  const isOffered = ({ setting, level }: SettingChoice) =>
    factors.some((factor) => factor.setting === setting && factor.levels.includes(level));
  const forbidden = combinations.filter((one) => !isAllowed(one, excludes) || !one.every(isOffered)).length;
  return { strength, tuples, covered, missing, forbidden };
}

/** Absence must not look like a level of any name. */
function tupleText(levels: readonly (string | null)[]): string {
  return levels.map((level) => (level === null ? '' : `=${level}`)).join(',');
}

/** All increasing lists of `size` numbers below `count`. */
function* subsets(count: number, size: number, from = 0): Generator<readonly number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= count - size; first++) {
    for (const rest of subsets(count, size - 1, first + 1)) yield [first, ...rest];
  }
}

/** All choices of one level, or null, from each list. */
function* levelsOf(lists: readonly (readonly string[])[]): Generator<readonly (string | null)[]> {
  const [first, ...others] = lists;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const level of [null, ...first]) for (const rest of levelsOf(others)) yield [level, ...rest];
}
