/**
 * P(X ≥ k) for X binomial (n, p): how likely so many of n are when each happens with probability p. Terms are kept as
 * logarithms, since p^n underflows. Throws RangeError for arguments that mean nothing.
 */
export function binomialUpperTail(n: number, k: number, p: number): number {
  if (!Number.isInteger(n) || !Number.isInteger(k) || n < 0 || k < 0 || !(p > 0 && p < 1)) {
    throw new RangeError(`binomialUpperTail: ${k} of ${n} at ${p}`);
  }
  let logTerm = n * Math.log1p(-p);
  let below = 0;
  for (let j = 0; j < Math.min(k, n + 1); j++) {
    below += Math.exp(logTerm);
    logTerm += Math.log(n - j) - Math.log(j + 1) + Math.log(p) - Math.log1p(-p);
  }
  return Math.max(0, 1 - below);
}
