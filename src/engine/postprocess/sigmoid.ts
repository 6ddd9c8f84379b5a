/** The logistic function `1 / (1 + exp(−x))`: a probability of a logit. Neither overflows nor cancels for any finite x. */
export function sigmoid(x: number): number {
  // exp of a negative number only: exp(710) would be infinite.
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const weight = Math.exp(x);
  return weight / (1 + weight);
}

/** The inverse of `sigmoid`: `ln(p / (1 − p))`, −∞ for p ≤ 0 and ∞ for p ≥ 1. */
export function logit(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  return p >= 1 ? Number.POSITIVE_INFINITY : Math.log(p) - Math.log1p(-p);
}
