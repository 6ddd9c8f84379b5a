import { checkValues } from './check-values.ts';
import { mean } from './moments.ts';

/**
 * Autocorrelations of a series at the lags 0 … maxLag, each divided by n (Box and Jenkins; the estimate that stays positive definite).
 * null when all values are equal: there is nothing to correlate. maxLag < n.
 */
export function autocorrelations(values: ArrayLike<number>, maxLag: number): Float64Array | null {
  checkValues(values, 1);
  if (!Number.isInteger(maxLag) || maxLag < 0 || maxLag >= values.length) {
    throw new RangeError(`Expected maxLag as a whole number between 0 and ${values.length - 1}, got ${maxLag}.`);
  }
  const centred = centre(values);
  const variance = product(centred, 0);
  if (variance === 0) return null;
  return Float64Array.from({ length: maxLag + 1 }, (_, lag) => product(centred, lag) / variance);
}

export interface EffectiveSize {
  /** How many successive values carry the information of one independent value; at least 1. */
  readonly correlationTime: number;
  /** n / correlationTime. */
  readonly count: number;
}

/** A longer series is judged by the means of buckets: lags of a drifting one are many, and each is a walk through the series. */
const mostValues = 20_000;

/**
 * How many independent values a stationary series of n correlated ones is worth for its mean. The correlation time
 * τ = 1 + 2 Σ ρ(lag) is summed over pairs of neighbouring lags while their sums are positive, none larger than the one before: the
 * initial monotone sequence of Geyer (Statistical Science 7(4), 1992). Series that alternate (τ < 1) and such of equal values count as
 * independent. A series shorter than some tens of τ says too little of τ itself. Of more than 20,000 values τ is found by the
 * means of buckets of b neighbours, from the same variance of the mean: b · variance of those means / variance of the values · their τ.
 */
export function effectiveSize(values: ArrayLike<number>): EffectiveSize {
  checkValues(values, 1);
  const count = values.length;
  const centred = centre(values);
  const variance = product(centred, 0) / count;
  if (variance === 0) return { correlationTime: 1, count };
  const size = Math.ceil(count / mostValues);
  const buckets = size === 1 ? centred : centre(bucketMeans(centred, size));
  const ofBuckets = product(buckets, 0) / buckets.length;
  const time = ofBuckets === 0 ? 1 : ((size * ofBuckets) / variance) * timeOf(buckets);
  const correlationTime = Math.max(1, time);
  return { correlationTime, count: count / correlationTime };
}

/** τ of a series whose mean is 0, which may be below 1. */
function timeOf(centred: Float64Array): number {
  const variance = product(centred, 0);
  let time = -1;
  let before = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag + 1 < centred.length; lag += 2) {
    const pair = (product(centred, lag) + product(centred, lag + 1)) / variance;
    if (pair <= 0) break;
    before = Math.min(before, pair);
    time += 2 * before;
  }
  return time;
}

/** Means of `size` neighbours each; the first values, which fill no bucket, are left out. */
function bucketMeans(values: Float64Array, size: number): Float64Array {
  const buckets = Math.floor(values.length / size);
  const first = values.length - buckets * size;
  return Float64Array.from({ length: buckets }, (_, bucket) => {
    const start = first + bucket * size;
    return mean(values.subarray(start, start + size));
  });
}

function centre(values: ArrayLike<number>): Float64Array {
  const middle = mean(values);
  const centred = Float64Array.from(values, (value) => value - middle);
  // The mean of equal values may be off by a rounding: what differs by no more than that does not differ.
  const first = values[0];
  for (let index = 1; index < values.length; index++) if (values[index] !== first) return centred;
  return centred.fill(0);
}

/** Sum of the products of the values and those `lag` later. */
function product(centred: Float64Array, lag: number): number {
  let sum = 0;
  for (let index = lag; index < centred.length; index++) sum += (centred[index] ?? 0) * (centred[index - lag] ?? 0);
  return sum;
}
