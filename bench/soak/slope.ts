/**
 * Does a series of memory readings grow, and by an amount that means anything? Pure functions.
 *
 * A positive slope alone convicts the innocent: allocators keep what they once had. Only a slope above a quarter of
 * one handle a checkpoint, and significant at 1 % one-sided, is a warning; exact oracles decide.
 */

export interface Slope {
  /** Theil and Sen: the median of the slopes between all pairs, in bytes a checkpoint. */
  readonly bytesPerCheckpoint: number;
  /** Mann and Kendall's statistic, corrected for ties: above 2.33 rises at 1 % one-sided. */
  readonly z: number;
}

export const SLOPE_Z_MIN = 2.33;
export const SLOPE_UNIT_SHARE = 0.25;
/** Six could be significant; fewer than ten were seen to be what is left of warming up. */
export const SLOPE_READINGS_MIN = 10;

/** The slope of readings taken at even distances. Null when there are too few. */
export function slopeOf(readings: readonly number[]): Slope | null {
  const n = readings.length;
  if (n < SLOPE_READINGS_MIN) return null;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let score = 0;
  let next = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const rise = (readings[j] ?? 0) - (readings[i] ?? 0);
      slopes[next++] = rise / (j - i);
      score += Math.sign(rise);
    }
  }
  slopes.sort();
  const middle = slopes.length >> 1;
  const median =
    slopes.length % 2 === 1 ? (slopes[middle] ?? 0) : ((slopes[middle - 1] ?? 0) + (slopes[middle] ?? 0)) / 2;
  return { bytesPerCheckpoint: median, z: standardised(score, readings) };
}

/** Kendall's score over its standard deviation, with the continuity correction. */
function standardised(score: number, readings: readonly number[]): number {
  const n = readings.length;
  const ties = new Map<number, number>();
  for (const reading of readings) ties.set(reading, (ties.get(reading) ?? 0) + 1);
  let variance = n * (n - 1) * (2 * n + 5);
  for (const t of ties.values()) variance -= t * (t - 1) * (2 * t + 5);
  variance /= 18;
  if (variance <= 0) return 0;
  return (score - Math.sign(score)) / Math.sqrt(variance);
}

/** Whether readings rise by more than a quarter of `unitBytes` a checkpoint, beyond chance. */
export function rises(readings: readonly number[], unitBytes: number): Slope | null {
  const slope = slopeOf(readings);
  if (slope === null || unitBytes <= 0) return null;
  return slope.bytesPerCheckpoint > SLOPE_UNIT_SHARE * unitBytes && slope.z > SLOPE_Z_MIN ? slope : null;
}
