/**
 * Proves that combinations cover what they should. Shares no code with the generator: plain enumeration of every
 * tuple of levels, absence included, each looked up in the combinations that hold its levels (a bit for each).
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

/** A factor at one of its levels, or absent, with the combinations that have it so: bit i of word w is number 32 w + i. */
interface Value {
  readonly setting: string;
  readonly choice: SettingChoice | null;
  readonly rows: Uint32Array;
}

/** Looks at all tuples of `strength` factors in `combinations`. */
export function coverageOf(
  combinations: readonly Combination[],
  factors: readonly Factor[],
  strength: number,
  excludes: Excludes,
): Coverage {
  const values = factors.map((factor) => valuesOf(factor, combinations));
  const clashes = clashesOf(values.flat(), excludes);
  const missing: string[] = [];
  let [tuples, covered] = [0, 0];
  const visit = (from: number, tuple: readonly Value[], rows: Uint32Array | null): void => {
    if (tuple.length === strength) {
      tuples++;
      if (rows === null || rows.some((word) => word !== 0)) covered++;
      else if (missing.length < MISSING_SHOWN) missing.push(tupleText(tuple));
      return;
    }
    for (let next = from; next <= values.length - (strength - tuple.length); next++) {
      for (const value of values[next] ?? []) {
        if (tuple.some((one) => clashes.get(one)?.has(value))) continue;
        visit(next + 1, [...tuple, value], rows === null ? value.rows : common(rows, value.rows));
      }
    }
  };
  visit(0, [], null);
  const isOffered = ({ setting, level }: SettingChoice) =>
    factors.some((factor) => factor.setting === setting && factor.levels.includes(level));
  const forbidden = combinations.filter((one) => !isAllowed(one, excludes) || !one.every(isOffered)).length;
  return { strength, tuples, covered, missing, forbidden };
}

function valuesOf({ setting, levels }: Factor, combinations: readonly Combination[]): readonly Value[] {
  const found = combinations.map((one) => one.find((choice) => choice.setting === setting)?.level ?? null);
  return [null, ...levels].map((level) => {
    const rows = new Uint32Array(Math.ceil(found.length / 32));
    found.forEach((own, i) => {
      if (own === level) rows[i >>> 5] = (rows[i >>> 5] ?? 0) | (1 << (i & 31));
    });
    return { setting, choice: level === null ? null : { setting, level }, rows };
  });
}

/** The values that each value excludes. */
function clashesOf(values: readonly Value[], excludes: Excludes): ReadonlyMap<Value, ReadonlySet<Value>> {
  return new Map(
    values.map((one) => [
      one,
      new Set(
        values.filter(
          ({ choice }) =>
            one.choice !== null && choice !== null && !isAllowed([one.choice, choice], excludes),
        ),
      ),
    ]),
  );
}

function common(a: Uint32Array, b: Uint32Array): Uint32Array {
  return a.map((word, i) => word & (b[i] ?? 0));
}

function tupleText(tuple: readonly Value[]): string {
  return tuple.map(({ setting, choice }) => `${setting}=${choice?.level ?? 'absent'}`).join(',');
}
