/**
 * The difference between two independent sets of values: Hodges and Lehmann's median of all differences, with the
 * interval that inverts the Mann–Whitney (Wilcoxon rank-sum) test. For two runs, whose blocks have no partners.
 *
 * H. Mann and D. Whitney, Annals of Mathematical Statistics 18 (1947); Hollander, Wolfe and Chicken, "Nonparametric
 * Statistical Methods", 3rd edition (2014), sections 4.1 to 4.3.
 */
import { CONFIDENCE } from './interval.js';
import { normalQuantile, normalTail } from './normal.js';
import { at, median, sorted } from './quantile.js';
import type { RankEstimate } from './signed-rank.js';

/** Up to so many pairs the distribution is counted out. */
const EXACT_MAX = 2500;

/** How much larger `right` is than `left`, in their unit. Throws RangeError when either is empty or not finite. */
export function rankSum(
  left: readonly number[],
  right: readonly number[],
  confidence = CONFIDENCE,
): RankEstimate {
  sorted(left);
  sorted(right);
  const differences = sorted(right.flatMap((r) => left.map((l) => r - l)));
  const [n, m] = [left.length, right.length];
  let atLeast = 0;
  let atMost = 0;
  for (const difference of differences) {
    if (difference >= 0) atLeast++;
    if (difference <= 0) atMost++;
  }
  const estimate = median(differences);
  const pValue = Math.min(1, 2 * lowerTail(n, m, Math.min(atLeast, atMost)));
  let k = 0;
  while (2 * (k + 1) <= n * m && 2 * lowerTail(n, m, k) <= 1 - confidence) k++;
  if (k === 0) return { estimate, interval: null, pValue, standardError: null };
  const low = at(differences, k - 1);
  const high = at(differences, differences.length - k);
  const achieved = 1 - 2 * lowerTail(n, m, k - 1);
  const standardError = (high - low) / 2 / normalQuantile((1 + achieved) / 2);
  return { estimate, interval: { low, high, confidence: achieved }, pValue, standardError };
}

/** P(U ≤ u) for n and m values from one and the same distribution. */
export function lowerTail(n: number, m: number, u: number): number {
  if (u < 0) return 0;
  if (u >= n * m) return 1;
  if (n * m <= EXACT_MAX) return at(distribution(n, m), u);
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return normalTail(((n * m) / 2 - u - 0.5) / deviation);
}

const distributions = new Map<string, readonly number[]>();

/**
 * P(U ≤ u) for every u. The largest of all values is a right one with odds m / (n + m), and then exceeds all n left
 * ones: p(n, m, u) = (m p(n, m − 1, u − n) + n p(n − 1, m, u)) / (n + m).
 */
function distribution(n: number, m: number): readonly number[] {
  const key = `${n} ${m}`;
  const known = distributions.get(key);
  if (known !== undefined) return known;
  // Row by row: `row[j]` holds the probabilities for i left and j right values.
  let row: Float64Array[] = Array.from({ length: m + 1 }, () => new Float64Array([1]));
  for (let i = 1; i <= n; i++) {
    const next: Float64Array[] = [new Float64Array([1])];
    for (let j = 1; j <= m; j++) {
      const probabilities = new Float64Array(i * j + 1);
      const [without, above] = [next[j - 1] ?? new Float64Array(), row[j] ?? new Float64Array()];
      without.forEach((p, u) => {
        probabilities[u + i] = (probabilities[u + i] ?? 0) + (p * j) / (i + j);
      });
      above.forEach((p, u) => {
        probabilities[u] = (probabilities[u] ?? 0) + (p * i) / (i + j);
      });
      next.push(probabilities);
    }
    row = next;
  }
  let total = 0;
  const tails = Array.from(row[m] ?? [], (p) => {
    total += p;
    return total;
  });
  distributions.set(key, tails);
  return tails;
}
