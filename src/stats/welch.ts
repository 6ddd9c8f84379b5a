import { checkLevel, checkValues } from './check-values.ts';
import type { Interval } from './interval.ts';
import { deviation, mean } from './moments.ts';
import { studentBeyond, studentQuantile } from './student.ts';

export interface WelchTest {
  /** Mean of the candidate less that of the base, with its interval. */
  readonly difference: Interval;
  /** The difference in units of its standard error; infinite when neither set spreads but they differ. */
  readonly statistic: number;
  /** Degrees of freedom by Welch and Satterthwaite; infinite when neither set spreads. */
  readonly degrees: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Difference of the means of two sets of independent, about normal values that may spread differently (B. L. Welch, Biometrika 34, 1947).
 * null unless each set has two values.
 */
export function welchTest(base: readonly number[], candidate: readonly number[], level = 0.95): WelchTest | null {
  checkValues(base, 0, 'values of the base');
  checkValues(candidate, 0, 'values of the candidate');
  checkLevel(level);
  if (base.length < 2 || candidate.length < 2) return null;
  const value = mean(candidate) - mean(base);
  const ofBase = deviation(base) ** 2 / base.length;
  const ofCandidate = deviation(candidate) ** 2 / candidate.length;
  const variance = ofBase + ofCandidate;
  if (variance === 0) {
    const statistic = value === 0 ? 0 : Math.sign(value) * Number.POSITIVE_INFINITY;
    const certain = { value, low: value, high: value };
    return { difference: certain, statistic, degrees: Number.POSITIVE_INFINITY, pValue: value === 0 ? 1 : 0 };
  }
  const degrees = variance ** 2 / (ofBase ** 2 / (base.length - 1) + ofCandidate ** 2 / (candidate.length - 1));
  const half = studentQuantile((1 + level) / 2, degrees) * Math.sqrt(variance);
  const statistic = value / Math.sqrt(variance);
  return {
    difference: { value, low: value - half, high: value + half },
    statistic,
    degrees,
    pValue: studentBeyond(statistic, degrees),
  };
}

/**
 * Ratio candidate / base of two sets of independent positive values, with its interval by Welch's method on their logarithms: ratios of
 * times and rates are about symmetric there, and the two sets may spread differently. The value is the ratio of the geometric
 * means. null unless each set has two values. (B. L. Welch, Biometrika 34, 1947.)
 */
export function ratioInterval(base: readonly number[], candidate: readonly number[], level = 0.95): Interval | null {
  if (base.length < 2 || candidate.length < 2) return null;
  const difference = welchTest(logarithms(base), logarithms(candidate), level)?.difference;
  if (difference === undefined) return null;
  return { value: Math.exp(difference.value), low: Math.exp(difference.low), high: Math.exp(difference.high) };
}

function logarithms(values: readonly number[]): number[] {
  return values.map((value) => {
    if (!(value > 0)) throw new RangeError(`Expected positive values for a ratio, got ${value}.`);
    return Math.log(value);
  });
}
