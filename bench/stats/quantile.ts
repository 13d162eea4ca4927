/**
 * Quantiles and the spread around them. Pure; no assumption about how values are distributed.
 *
 * Every function takes values in any order, leaves them as they are, and throws RangeError when there are none
 * or one is not a finite number: callers sort out unusable values first (and say so in a warning).
 */

/**
 * The quantile at fraction `p` (0 to 1) of `values`, in their unit, by linear interpolation between the two
 * nearest order statistics at position (n − 1)·p: type 7 of Hyndman and Fan, "Sample quantiles in statistical
 * packages", The American Statistician 50 (1996), the default of R and NumPy.
 */
export function quantile(values: readonly number[], p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: fraction ${p} is not from 0 to 1`);
  return quantileOfSorted(sorted(values), p);
}

/** The middle value; of an even count the mean of the two middle ones (which type 7 gives too). */
export function median(values: readonly number[]): number {
  return quantileOfSorted(sorted(values), 0.5);
}

/** The median absolute deviation from the median, in the unit of `values`, unscaled (not times 1.4826). */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}

/**
 * The interquartile range divided by the median: the share of the median that the middle half of `values`
 * spans. Without unit; null when it means nothing (fewer than two values, or a median that is not above 0).
 */
export function relativeSpread(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const ordered = sorted(values);
  const centre = quantileOfSorted(ordered, 0.5);
  if (centre <= 0) return null;
  return (quantileOfSorted(ordered, 0.75) - quantileOfSorted(ordered, 0.25)) / centre;
}

/** The standard deviation (n − 1 in the denominator), in the unit of `values`; null of fewer than two. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** A sorted copy, smallest first. */
export function sorted(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError('no values');
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`${value} is not a finite number`);
  }
  return [...values].sort((a, b) => a - b);
}

function quantileOfSorted(ordered: readonly number[], p: number): number {
  const position = (ordered.length - 1) * p;
  const below = Math.floor(position);
  const low = at(ordered, below);
  const high = at(ordered, Math.ceil(position));
  return low === high ? low : low + (high - low) * (position - below);
}

/** The order statistic at `index` (from 0) of values that were sorted. */
export function at(ordered: readonly number[], index: number): number {
  const value = ordered[index];
  if (value === undefined) throw new RangeError(`no order statistic ${index} of ${ordered.length}`);
  return value;
}
