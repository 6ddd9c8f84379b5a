/** Density of the normal distribution with mean 0 and deviation 1. */
function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Chance that a draw from the normal distribution with mean 0 and deviation 1 is at most `x`. */
export function normalBelow(x: number): number {
  return normalAbove(-x);
}

/**
 * Chance that a draw from the normal distribution with mean 0 and deviation 1 lies above `x`, to about 14 digits also far out. Near the
 * middle by the series of Marsaglia (Journal of Statistical Software 11(4), 2004), beyond 3 by Laplace's continued fraction
 * (Abramowitz and Stegun 26.2.14).
 */
export function normalAbove(x: number): number {
  if (Number.isNaN(x)) throw new RangeError('Expected a number, got NaN.');
  if (x < 0) return 1 - normalAbove(-x);
  if (x > 39) return 0; // below the least double
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let odd = 3; Math.abs(term) > sum * 1e-17; odd += 2) {
      term *= (x * x) / odd;
      sum += term;
    }
    return 0.5 - density(x) * sum;
  }
  // From the inside out; 120 levels are enough from 3 on.
  let fraction = x;
  for (let level = 120; level >= 1; level--) fraction = x + level / fraction;
  return density(x) / fraction;
}

/**
 * Quantile of the normal distribution with mean 0 and deviation 1: the x below which a draw lies with chance `p`, 0 < p < 1. By
 * bisection of its tail, which is as exact as the tail itself.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected 0 < p < 1, got ${p}.`);
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = 0;
  let high = 39;
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (normalAbove(middle) > p) low = middle;
    else high = middle;
  }
  return -(low + high) / 2;
}
