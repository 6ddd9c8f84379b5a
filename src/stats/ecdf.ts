/** A point of an empirical distribution: the share of the values that are at most `value`. */
export interface EcdfPoint {
  readonly value: number;
  readonly share: number;
}

/**
 * At most `maxPoints` (at least 2) points of the empirical distribution of values in rising order, for drawing: with the least and the
 * largest value, half of the points evenly over the ranks, and half ever closer towards the largest values, so that the tail keeps
 * its shape however many values there are.
 */
export function ecdfPoints(sorted: ArrayLike<number>, maxPoints: number): EcdfPoint[] {
  return ecdfPointsOf(sorted.length, maxPoints, (rank) => sorted[rank] ?? Number.NaN);
}

/** The same of `count` values of which `at` tells the one at a rank; only those of `ecdfRanks` are asked for. */
export function ecdfPointsOf(count: number, maxPoints: number, at: (rank: number) => number): EcdfPoint[] {
  const points: EcdfPoint[] = [];
  for (const rank of ecdfRanks(count, maxPoints)) {
    const value = at(rank);
    const share = (rank + 1) / count;
    // Of equal values the last rank has the share of them all.
    if (points.at(-1)?.value === value) points[points.length - 1] = { value, share };
    else points.push({ value, share });
  }
  return points;
}

/** The ranks, from 0 and rising, of the values that `ecdfPoints` takes of `count` of them. */
export function ecdfRanks(count: number, maxPoints: number): number[] {
  if (!(maxPoints >= 2)) throw new RangeError(`Expected maxPoints >= 2, got ${maxPoints}.`);
  if (count <= maxPoints) return Array.from({ length: count }, (_, rank) => rank);
  const ranks = new Set<number>([count - 1]);
  const even = Math.ceil(maxPoints / 2);
  for (let step = 0; step < even; step++) ranks.add(Math.round((step * (count - 1)) / Math.max(1, even - 1)));
  const inTail = maxPoints - even;
  // Distances from the largest value: 1 … count / 4, in equal ratios.
  for (let step = 0; step < inTail; step++) {
    ranks.add(count - 1 - Math.round((count / 4) ** (step / Math.max(1, inTail - 1))));
  }
  return [...ranks].sort((a, b) => a - b);
}
