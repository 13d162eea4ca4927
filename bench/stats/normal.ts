/** The standard normal and Student's t distributions, where a limit or a margin needs them. */

/**
 * P(Z > z), to 1.2e-7 of itself: the rational approximation of the complementary error function by Press et al.,
 * "Numerical Recipes in C", 2nd edition (1992), section 6.2.
 */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  let sum = 0;
  for (const coefficient of ERFC) sum = sum * t + coefficient;
  const upper = (t * Math.exp(-x * x + sum)) / 2;
  return z >= 0 ? upper : 1 - upper;
}

const ERFC = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];

/** The z that a standard normal stays below with probability `p`: normalTail inverted by bisection, to 1e-9. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile: ${p} is not between 0 and 1`);
  let low = -40;
  let high = 40;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (1 - normalTail(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(T > t) of Student's t, for t from 0: half the regularised incomplete beta function at (df / 2, 1 / 2), by its continued
 * fraction (Press et al., section 6.4).
 */
export function studentTail(t: number, degrees: number): number {
  if (!(t >= 0 && degrees >= 1)) throw new RangeError(`studentTail: t ${t}, degrees ${degrees}`);
  const x = degrees / (degrees + t * t);
  return incompleteBeta(x, degrees / 2, 0.5) / 2;
}

function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return (front * fraction) / a;
}

/** The logarithm of the gamma function for z from 0.5, by Lanczos (Press et al., section 6.1), to 2e-10. */
function logGamma(z: number): number {
  let series = 1.000000000190015;
  LANCZOS.forEach((coefficient, i) => {
    series += coefficient / (z + i + 1);
  });
  const base = z + 5.5;
  return (z + 0.5) * Math.log(base) - base + Math.log((Math.sqrt(2 * Math.PI) * series) / z);
}

const LANCZOS = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2,
  -0.5395239384953e-5,
];
