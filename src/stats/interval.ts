import { deviation, mean } from './moments.ts';
import { studentQuantile } from './student.ts';

/** An estimate with the interval that holds the truth at the given level, if the values are independent and about normal. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Mean of independent values (rounds, never the queries of one round) with Student's interval, n − 1 degrees of freedom. null for fewer
 * than two values: one round says nothing of how rounds differ.
 */
export function meanInterval(values: readonly number[], level = 0.95): Interval | null {
  const count = values.length;
  if (count < 2) return null;
  const value = mean(values);
  const half = (studentQuantile((1 + level) / 2, count - 1) * deviation(values)) / Math.sqrt(count);
  return { value, low: value - half, high: value + half };
}

/**
 * Ratio candidate / base of two sets of independent positive values, with its interval by Welch's method on their logarithms: ratios of
 * times and rates are about symmetric there, and the two sets may spread differently. The value is the ratio of the geometric
 * means. null unless each set has two values. (B. L. Welch, Biometrika 34, 1947.)
 */
export function ratioInterval(base: readonly number[], candidate: readonly number[], level = 0.95): Interval | null {
  if (base.length < 2 || candidate.length < 2) return null;
  const ofBase = logMoments(base);
  const ofCandidate = logMoments(candidate);
  const difference = ofCandidate.mean - ofBase.mean;
  const variance = ofBase.variance + ofCandidate.variance;
  const value = Math.exp(difference);
  if (variance === 0) return { value, low: value, high: value };
  const degrees =
    variance ** 2 / (ofBase.variance ** 2 / (base.length - 1) + ofCandidate.variance ** 2 / (candidate.length - 1));
  const half = studentQuantile((1 + level) / 2, degrees) * Math.sqrt(variance);
  return { value, low: Math.exp(difference - half), high: Math.exp(difference + half) };
}

/** Mean of the logarithms, and the variance of that mean. */
function logMoments(values: readonly number[]): { mean: number; variance: number } {
  const logs = values.map((value) => {
    if (!(value > 0)) throw new RangeError(`Expected positive values for a ratio, got ${value}.`);
    return Math.log(value);
  });
  return { mean: mean(logs), variance: deviation(logs) ** 2 / logs.length };
}
