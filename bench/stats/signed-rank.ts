/**
 * The estimate, interval and test for block effects: Hodges and Lehmann's median of pairwise averages, with the
 * interval that inverts Wilcoxon's signed-rank test.
 *
 * Goals: exact level at any number of blocks when effects are symmetric about their centre, which the log ratio of two
 * workers that were treated alike is; little lost to outliers; interval and p-value that never contradict each
 * other. docs/decisions/interval.md has the figures that chose it. Non-goal: effects that are skewed (absolute times are:
 * those have interval.ts).
 *
 * F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945); J. Hodges and E. Lehmann,
 * "Estimates of location based on rank tests", Annals of Mathematical Statistics 34 (1963); Hollander, Wolfe and
 * Chicken, "Nonparametric Statistical Methods", 3rd edition (2014), sections 3.1 to 3.3.
 */
import { CONFIDENCE } from './interval.js';
import { normalQuantile, normalTail } from './normal.js';
import { at, sorted } from './quantile.js';

/** A RankEstimate is about the centre of what `values` were drawn from, in their unit. */
export interface RankEstimate {
  readonly estimate: number;
  /** Null when there are too few values for the confidence that was asked for. */
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number } | null;
  /** How probable so uneven signs and ranks are, or more uneven ones, if the centre is 0: two-sided. */
  readonly pValue: number;
  /** Of the estimate, from the interval's width; null without an interval. */
  readonly standardError: number | null;
}

/** Up to here the distribution of the statistic is counted out; beyond, its normal limit is off by less than 1 %. */
const EXACT_MAX = 200;

/** Throws RangeError when there are no values, or one is not finite. */
export function signedRank(values: readonly number[], confidence = CONFIDENCE): RankEstimate {
  const averages = walshAverages(values);
  const n = values.length;
  const k = criticalRank(n, 1 - confidence);
  const estimate = middle(averages);
  let atLeast = 0;
  let atMost = 0;
  for (const average of averages) {
    if (average >= 0) atLeast++;
    if (average <= 0) atMost++;
  }
  const pValue = Math.min(1, 2 * lowerTail(n, Math.min(atLeast, atMost)));
  if (k === 0) return { estimate, interval: null, pValue, standardError: null };
  const low = at(averages, k - 1);
  const high = at(averages, averages.length - k);
  const achieved = 1 - 2 * lowerTail(n, k - 1);
  const standardError = (high - low) / 2 / normalQuantile((1 + achieved) / 2);
  return { estimate, interval: { low, high, confidence: achieved }, pValue, standardError };
}

/** The averages of all pairs, each value with itself as well, smallest first. */
function walshAverages(values: readonly number[]): readonly number[] {
  const ordered = sorted(values);
  const averages = new Float64Array((ordered.length * (ordered.length + 1)) / 2);
  let next = 0;
  for (let i = 0; i < ordered.length; i++) {
    for (let j = i; j < ordered.length; j++) averages[next++] = (at(ordered, i) + at(ordered, j)) / 2;
  }
  return [...averages.sort()];
}

function middle(ordered: readonly number[]): number {
  const half = (ordered.length - 1) / 2;
  return (at(ordered, Math.floor(half)) + at(ordered, Math.ceil(half))) / 2;
}

/** The largest k such that leaving out k − 1 averages at either end keeps the level; 0 when there is none. */
function criticalRank(n: number, level: number): number {
  const most = (n * (n + 1)) / 2;
  let k = 0;
  // By bisection: the tail grows with k.
  let beyond = Math.floor(most / 2) + 1;
  while (beyond - k > 1) {
    const half = Math.floor((k + beyond) / 2);
    if (2 * lowerTail(n, half - 1) <= level) k = half;
    else beyond = half;
  }
  return k;
}

/** P(T ≤ t) of the signed-rank statistic of n values about their centre. */
export function lowerTail(n: number, t: number): number {
  if (t < 0) return 0;
  const most = (n * (n + 1)) / 2;
  if (t >= most) return 1;
  if (n <= EXACT_MAX) return at(distribution(n), t);
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  return normalTail((most / 2 - t - 0.5) / deviation);
}

const distributions = new Map<number, readonly number[]>();

/** P(T ≤ t) for every t: each rank is in the sum or not, with even odds. */
function distribution(n: number): readonly number[] {
  const known = distributions.get(n);
  if (known !== undefined) return known;
  let probabilities = new Float64Array([1]);
  for (let rank = 1; rank <= n; rank++) {
    const next = new Float64Array(probabilities.length + rank);
    probabilities.forEach((probability, sum) => {
      next[sum] = (next[sum] ?? 0) + probability / 2;
      next[sum + rank] = (next[sum + rank] ?? 0) + probability / 2;
    });
    probabilities = next;
  }
  let total = 0;
  const tails = Array.from(probabilities, (probability) => {
    total += probability;
    return total;
  });
  distributions.set(n, tails);
  return tails;
}
