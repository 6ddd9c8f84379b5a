/**
 * Regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1, a and b > 0: the chance that a beta-distributed number is below x.
 * By its continued fraction (DLMF 8.17.22, https://dlmf.nist.gov/8.17#E22), evaluated by the method of Lentz.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1)) throw new RangeError(`Expected 0 <= x <= 1, got ${x}.`);
  if (!(a > 0 && b > 0)) throw new RangeError(`Expected a > 0 and b > 0, got ${a} and ${b}.`);
  if (x === 0 || x === 1) return x;
  // The fraction converges fast below the mean of the distribution; above it I_x(a, b) = 1 − I_(1−x)(b, a).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a);
  return Math.exp(logFront) / continuedFraction(x, a, b);
}

function continuedFraction(x: number, a: number, b: number): number {
  const least = 1e-300; // keeps a denominator that happens to be zero from ending the evaluation
  let value = 1;
  let numerator = 1;
  let denominator = 0;
  // About √max(a, b) turns are needed; the bound only stops what would be a defect.
  for (let turn = 1; turn < 100_000; turn++) {
    const half = Math.floor(turn / 2);
    const coefficient =
      turn % 2 === 0
        ? (half * (b - half) * x) / ((a + turn - 1) * (a + turn))
        : (-(a + half) * (a + b + half) * x) / ((a + turn - 1) * (a + turn));
    denominator = 1 + coefficient * denominator;
    if (Math.abs(denominator) < least) denominator = least;
    denominator = 1 / denominator;
    numerator = 1 + coefficient / numerator;
    if (Math.abs(numerator) < least) numerator = least;
    const change = numerator * denominator;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) return value;
  }
  throw new RangeError(`The incomplete beta function of x = ${x}, a = ${a}, b = ${b} did not converge.`);
}

/** Logarithm of the gamma function for x > 0, by Stirling's series (DLMF 5.11.1) after shifting x to 10 or more. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`Expected x > 0, got ${x}.`);
  let shifted = x;
  let product = 1;
  while (shifted < 10) product *= shifted++;
  const inverse = 1 / (shifted * shifted);
  const series =
    (1 / 12 -
      inverse *
        (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188 - inverse * (691 / 360_360)))))) /
    shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
