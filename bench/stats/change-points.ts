/**
 * Where a series of measured figures changes its level: PELT (Killick, Fearnhead and Eckley, "Optimal detection of
 * changepoints with a linear computational cost", JASA 107, 2012) with the bounded (biweight) loss of Fearnhead and
 * Rigaill, "Changepoint detection in the presence of outliers", JASA 114, 2019.
 *
 * Goals: one odd release between two that agree is not two changes, while the newest release alone can be one; nothing
 * random in it; a false-alarm rate that is known (change-points-alarms.test.ts). Non-goals: exact figures, of which every
 * change is one and no statistics are needed.
 */
import { median, quantile } from './quantile.js';

/** One figure of a series, in its order. */
export interface SeriesPoint {
  /** Of a ratio its logarithm, so that up and down are alike. */
  readonly value: number;
  /** Of `value`, in its unit; null when unknown. */
  readonly standardError: number | null;
}

/** A Segment is a stretch of a series without a change. */
export interface Segment {
  /** Index of its first point, and of the one after its last. */
  readonly from: number;
  readonly to: number;
  /** The level that fits its points best. */
  readonly level: number;
}

/** Below this many points the spread of differences between neighbours says nothing of the noise. */
export const POINTS_FOR_SPREAD = 8;

/**
 * The third quartile of sizes: up to a quarter of the differences may be changes without mattering, and two modes of binaries show in
 * it. The noise of two neighbours is √2 times that of one, and its size's third quartile is 1.1503 of it (normal).
 */
const SPREAD_SHARE = 0.75;
const SPREAD_PER_DIFFERENCE = 1 / (1.1503 * Math.SQRT2);

/**
 * The standard deviation of a point around its segment's level: what the standard errors say, or, where that is more, what the
 * differences between neighbours say (their third quartile, so that a few changes do not matter), but at least `floor`. The
 * second holds what differs from binary to binary without any change of the source, such as where the code lies.
 */
export function noiseOf(points: readonly SeriesPoint[], floor: number): number {
  const errors = points.flatMap(({ standardError }) => standardError ?? []);
  const differences = points.slice(1).map(({ value }, i) => Math.abs(value - (points[i]?.value ?? value)));
  const spread =
    points.length < POINTS_FOR_SPREAD ? 0 : SPREAD_PER_DIFFERENCE * quantile(differences, SPREAD_SHARE);
  return Math.max(floor, spread, errors.length === 0 ? 0 : median(errors));
}

/**
 * What one change costs, in units of squared standard deviations: a level shift must explain more than this. Grows with the
 * number of points as in the Bayesian criterion, and with what a scale estimated from few points may be wrong by. Chosen such
 * that at most 1 % of stable series show any change (change-points-alarms.test.ts).
 */
export function changePenalty(points: number): number {
  return PENALTY_BASE + PENALTY_PER_LOG * Math.log(Math.max(2, points)) + PENALTY_FEW / points;
}

const PENALTY_BASE = 10;
const PENALTY_PER_LOG = 5;
const PENALTY_FEW = 60;

/**
 * A point further from its level than √(1.5 penalty) costs no more than that: less than the two changes that it would take to cut
 * out one odd point from the middle (2 penalties), more than the one it takes at an end.
 */
const BOUND_PER_PENALTY = 1.5;

/** The stretches without a change, in order; one when there is none. Throws RangeError when there are no points. */
export function segmentsOf(points: readonly SeriesPoint[], floor: number): readonly Segment[] {
  if (points.length === 0) throw new RangeError('no points');
  const noise = noiseOf(points, floor);
  const typical = median(points.map(({ standardError }) => standardError ?? 0));
  // A point that was measured worse than most counts for less.
  const scaled = points.map(({ value, standardError }) => ({
    value,
    deviation: Math.sqrt(noise ** 2 + Math.max(0, (standardError ?? 0) ** 2 - typical ** 2)),
  }));
  const penalty = changePenalty(points.length);
  const bound = Math.sqrt(BOUND_PER_PENALTY * penalty);
  const starts = pelt(points.length, penalty, (from, to) => fit(scaled.slice(from, to), bound).cost);
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? points.length;
    return { from, to, level: fit(scaled.slice(from, to), bound).level };
  });
}

/**
 * The starts of the segments whose costs plus `penalty` for each are least. Exact; what cannot become the last change any
 * more is left out, which needs that a segment never costs less than its parts.
 */
export function pelt(
  length: number,
  penalty: number,
  cost: (from: number, to: number) => number,
): readonly number[] {
  const least = [-penalty];
  const lastStart = [0];
  let candidates = [0];
  for (let to = 1; to <= length; to++) {
    let best = Number.POSITIVE_INFINITY;
    const totals = candidates.map((from) => (least[from] ?? 0) + cost(from, to));
    candidates.forEach((from, i) => {
      const total = (totals[i] ?? 0) + penalty;
      if (total >= best) return;
      best = total;
      lastStart[to] = from;
    });
    least[to] = best;
    candidates = [...candidates.filter((_, i) => (totals[i] ?? 0) <= best), to];
  }
  const starts: number[] = [];
  for (let to = length; to > 0; to = lastStart[to] ?? 0) starts.unshift(lastStart[to] ?? 0);
  return starts;
}

interface Scaled {
  readonly value: number;
  readonly deviation: number;
}

/**
 * The level that makes Σ min(((value − level) / deviation)², bound²) least. Between two places where a point comes within the
 * bound or leaves it, the sum is a parabola: the least of all parabolas' least is it.
 */
export function fit(
  points: readonly Scaled[],
  bound: number,
): { readonly level: number; readonly cost: number } {
  const edges = points
    .flatMap((point) => [
      { at: point.value - bound * point.deviation, enters: 1, point },
      { at: point.value + bound * point.deviation, enters: -1, point },
    ])
    .sort((a, b) => a.at - b.at);
  // Sums over the points within the bound, about the first value, so that nothing cancels.
  const origin = points[0]?.value ?? 0;
  let [within, weight, first, second] = [0, 0, 0, 0];
  let best = { level: origin, cost: Number.POSITIVE_INFINITY };
  edges.forEach(({ at, enters, point }, i) => {
    const [w, distance] = [enters / point.deviation ** 2, point.value - origin];
    within += enters;
    weight += w;
    first += w * distance;
    second += w * distance ** 2;
    const next = edges[i + 1];
    if (within === 0 || next === undefined) return;
    const level = Math.min(next.at, Math.max(at, origin + first / weight)) - origin;
    const inside = second - 2 * level * first + level ** 2 * weight;
    const cost = Math.max(0, inside) + (points.length - within) * bound ** 2;
    if (cost < best.cost) best = { level: level + origin, cost };
  });
  return best;
}
