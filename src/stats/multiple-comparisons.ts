/**
 * p values of several tests, adjusted by Holm's step-down method: comparing them with a level keeps the chance of any false finding below
 * that level, however the tests depend on each other (Holm, Scandinavian Journal of Statistics 6, 1979). In the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const count = pValues.length;
  const order = rising(pValues);
  const adjusted = new Array<number>(count).fill(1);
  let least = 0;
  for (const [position, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (count - position) * (pValues[index] ?? 1)));
    adjusted[index] = least;
  }
  return adjusted;
}

/**
 * p values of several tests, adjusted by the step-up method of Benjamini and Hochberg: comparing them with a level keeps the expected
 * share of false findings among the findings below that level, if the tests are independent or positively dependent (Journal of
 * the Royal Statistical Society B 57, 1995). In the order given.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const count = pValues.length;
  const order = rising(pValues);
  const adjusted = new Array<number>(count).fill(1);
  let most = 1;
  for (const [position, index] of [...order.entries()].reverse()) {
    most = Math.min(most, (count / (position + 1)) * (pValues[index] ?? 1));
    adjusted[index] = most;
  }
  return adjusted;
}

/** Positions of the p values from the least to the largest. */
function rising(pValues: readonly number[]): number[] {
  for (const [index, p] of pValues.entries()) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Expected p values between 0 and 1, got ${p} at ${index}.`);
  }
  return pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
}
