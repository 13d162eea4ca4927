/**
 * Does an exact count grow without end, or did it only fill something once? Pure functions.
 *
 * Caches and pools fill and then stay; what is being closed goes up and down. So the readings after warming up are cut
 * into quarters, and only a count whose least in each quarter is above that of the quarter before is called growing.
 */

export type Growth =
  /** Every quarter began where no earlier one went down to. */
  | 'growing'
  /** More than before, and not known to go on: too few readings, or not in every quarter. */
  | 'grown'
  /** More than before, and the same all through the second half: something that was filled. */
  | 'steady'
  | 'none';

const QUARTERS = 4;
/** With one reading in a quarter its least would be that reading, wherever it is. */
export const GROWTH_READINGS_MIN = 2 * QUARTERS;

/** `before` is the reading after warming up, `readings` those since, at even distances. */
export function growthOf(before: number, readings: readonly number[]): Growth {
  const least = (from: number, to: number) =>
    Math.min(...readings.slice(Math.floor(from * readings.length), Math.floor(to * readings.length)));
  const last = readings.at(-1) ?? before;
  if (last <= before) return 'none';
  if (readings.length < GROWTH_READINGS_MIN) return 'grown';
  const floors = Array.from({ length: QUARTERS }, (_, i) => least(i / QUARTERS, (i + 1) / QUARTERS));
  const [first = 0, second = 0, third = 0, fourth = 0] = floors;
  // Down to where it was at some time in the last quarter: what is alive now is on its way out.
  if (fourth <= before) return 'none';
  if (first < second && second < third && third < fourth) return 'growing';
  return third === fourth && second === third ? 'steady' : 'grown';
}
