/**
 * Verdicts for all cells of a run together. Each cell alone would be wrong one time in twenty, and a run of a hundred
 * cells nearly always.
 */
import type { Comparison, Verdict } from './comparison.js';
import { LEVEL } from './looks.js';
import { normalQuantile, studentTail } from './normal.js';
import { quantile } from './quantile.js';

/** An interval that reaches further (5 %) than what anybody compares for says that this machine cannot tell. */
export const NOISY_REACH = 0.05;

/**
 * How often a run without any difference may flag something: one time in forty. Half of what intervals allow, so that
 * what dupmark promises, nothing flagged in 95 % of such runs, is kept and not just met on average.
 */
export const FAMILY_LEVEL = LEVEL / 2;

/** How often a change of the size that is called detectable is found. */
export const POWER = 0.9;

/**
 * Which hypotheses Holm's procedure rejects at `level`: the smallest p-value against level / m, the next against
 * level / (m − 1), and so on, until one fails. The chance of any false rejection is at most `level`, however the tests
 * depend on each other. S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
 * Statistics 6 (1979).
 */
export function holm(pValues: readonly number[], level = FAMILY_LEVEL): readonly boolean[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const rejected = pValues.map(() => false);
  for (const [rank, i] of order.entries()) {
    if ((pValues[i] ?? 1) > level / (pValues.length - rank)) break;
    rejected[i] = true;
  }
  return rejected;
}

/**
 * The comparisons with the verdicts that they have as a family. `floors` are the departures from 1 (as logarithms)
 * that the baseline shows against itself in the same scenario, where that is more than chance: no change as
 * small as that is called one. A comparison without a p-value stays undecided.
 */
export function judgeFamily(
  comparisons: readonly (Comparison | null)[],
  floors: readonly number[] = [],
): readonly (Comparison | null)[] {
  const tested = comparisons.flatMap((one, i) => (one?.interval ? [{ one, i }] : []));
  const noise = noiseOf(tested.map(({ one }) => one));
  const rejected = holm(tested.map(({ one }) => familyP(one, noise)));
  const verdicts = new Map<number, Verdict>();
  tested.forEach(({ one, i }, t) => {
    verdicts.set(i, verdictOf(one, rejected[t] ?? false, floors[i] ?? 0));
  });
  return comparisons.map((one, i) => one && { ...one, verdict: verdicts.get(i) ?? 'undecided' });
}

/**
 * The p-value that a comparison enters its family with: corrected for the looks of the run, and smaller than ranks can say
 * where all block effects are on one side. Ranks of n blocks know no p-value below 2^(1 − n), which among hundreds of
 * cells calls nothing a change, not even twice the time. There Student's t takes over, with the deviation that nine in ten
 * cells of the run stay below (`noise`) where the cell's own is less: a few blocks that happen to agree are no proof
 * of little noise.
 */
export function familyP({ pValue, level, blocks, deviation, ratio }: Comparison, noise: number): number {
  let own = pValue;
  const scale = Math.max(deviation ?? 0, noise);
  if (pValue <= 2 ** (1 - blocks) * (1 + 1e-9) && scale > 0) {
    const t = Math.abs(Math.log(ratio)) / (scale / Math.sqrt(blocks));
    own = Math.min(own, 2 * studentTail(t, blocks - 1));
  }
  return Math.min(1, (own * LEVEL) / level);
}

/** The deviation of block effects that nine in ten of the comparisons stay below; 0 of none. */
function noiseOf(comparisons: readonly Comparison[]): number {
  const deviations = comparisons.flatMap(({ deviation }) => deviation ?? []);
  return deviations.length === 0 ? 0 : quantile(deviations, 0.9);
}

function verdictOf({ ratio, interval }: Comparison, distinguished: boolean, floor: number): Verdict {
  if (interval === null) return 'undecided';
  if (!distinguished) return reach(ratio, interval) > NOISY_REACH ? 'noisy' : 'same';
  if (Math.abs(Math.log(ratio)) <= floor) return 'noisy';
  return ratio < 1 ? 'faster' : 'slower';
}

/** How far the farther end of an interval is from its ratio, as a share of it. */
export function reach(ratio: number, { low, high }: { readonly low: number; readonly high: number }): number {
  return Math.max(high - ratio, ratio - low) / ratio;
}

/**
 * The smallest change, as a share, that a comparison with this standard error among `cells` of a run is found to have
 * nine times in ten (POWER), after correction: (z of the corrected level + z of the power) standard errors.
 */
export function detectable(standardError: number, cells: number, level = FAMILY_LEVEL): number {
  return Math.expm1(
    (normalQuantile(1 - level / (2 * Math.max(1, cells))) + normalQuantile(POWER)) * standardError,
  );
}
