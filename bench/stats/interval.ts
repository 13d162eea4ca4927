/**
 * The distribution-free confidence interval for a median: from the k-th smallest to the k-th largest value.
 *
 * Goals: exact coverage at any number of values, for any distribution, with nothing random in it. Non-goals:
 * the narrowest interval (one that assumes a shape is narrower, and wrong when the shape is).
 */
import { at, sorted } from './quantile.js';

/** The confidence that every interval of dupmark has at least. */
export const CONFIDENCE = 0.95;

/** An OrderInterval is an interval for the median of what `values` were drawn from, in their unit. */
export interface OrderInterval {
  readonly low: number;
  readonly high: number;
  /** The achieved confidence, which is what the nearest order statistics give: at least what was asked for. */
  readonly confidence: number;
}

/**
 * The confidence of the interval from the k-th smallest to the k-th largest of n independent values for the
 * median: 1 − 2·P(X ≤ k − 1) with X binomial (n, ½), the inversion of the sign test. Exact for a continuous
 * distribution, at least that for one with ties. David and Nagaraja, "Order Statistics", 3rd edition (2003),
 * section 7.1; Conover, "Practical Nonparametric Statistics", 3rd edition (1999), section 3.2.
 */
export function orderConfidence(n: number, k: number): number {
  if (!Number.isInteger(n) || !Number.isInteger(k) || k < 1 || 2 * k > n + 1) {
    throw new RangeError(`orderConfidence: k ${k} of n ${n}`);
  }
  return Math.max(0, 1 - 2 * lowerTail(n, k));
}

/** P(X ≤ k − 1) for X binomial (n, ½). Terms are kept as logarithms, since 2^−n underflows beyond n = 1,074. */
function lowerTail(n: number, k: number): number {
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let j = 0; j < k; j++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log(n - j) - Math.log(j + 1);
  }
  return tail;
}

/** The fewest values from which an interval of at least `confidence` can be had: 6 for 0.95. */
export function valuesNeeded(confidence = CONFIDENCE): number {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence ${confidence}`);
  let n = 1;
  while (orderConfidence(n, 1) < confidence) n++;
  return n;
}

/** The narrowest such interval of at least `confidence`, or null when there are too few values for any. */
export function orderInterval(values: readonly number[], confidence = CONFIDENCE): OrderInterval | null {
  const n = values.length;
  let best = 0;
  for (let k = 1; 2 * k <= n && orderConfidence(n, k) >= confidence; k++) best = k;
  if (best === 0) return null;
  const ordered = sorted(values);
  return {
    low: at(ordered, best - 1),
    high: at(ordered, n - best),
    confidence: orderConfidence(n, best),
  };
}
