import { checkLevel } from './check-values.ts';
import { type Interval, meanInterval } from './interval.ts';
import { deviation, mean } from './moments.ts';
import { studentQuantile } from './student.ts';

/** A factor of a product of powers: the geometric mean of `values` to the power of `weight`. */
export interface ContrastTerm {
  readonly weight: number;
  /** Independent and positive: rounds, never the queries of one round. */
  readonly values: readonly number[];
}

/**
 * The product of powers Π gᵢ^wᵢ of geometric means, such as a ratio (weights 1 and −1) or a ratio of ratios (1, −1, −1, 1), with its interval.
 * It is the exponential of a linear contrast of the means of logarithms, where ratios of times are about symmetric.
 *
 * `paired`: the values at one place of all terms are of one block (all cases took turns within a round). The contrast is taken within each
 * block, so that what a whole block suffers cancels, and the interval is Student's of those n values, n − 1 degrees of freedom
 * (randomised complete blocks: Montgomery, "Design and Analysis of Experiments", 8th edition, 2013, sections 2.5 and 4.1). Throws a
 * RangeError where terms differ in length.
 *
 * `unpaired`: the variance is Σ wᵢ² sᵢ² / nᵢ with the degrees of freedom of Welch and Satterthwaite (Satterthwaite, Biometrics 2, 1946).
 *
 * null for fewer than two values of any term.
 */
export function logContrast(
  terms: readonly ContrastTerm[],
  design: 'paired' | 'unpaired',
  level = 0.95,
): Interval | null {
  checkLevel(level);
  const logarithms = terms.map(({ weight, values }) => ({ weight, logs: values.map(positiveLogarithm) }));
  const interval = design === 'paired' ? withinBlocks(logarithms, level) : betweenSets(logarithms, level);
  if (interval === null) return null;
  return { value: Math.exp(interval.value), low: Math.exp(interval.low), high: Math.exp(interval.high) };
}

interface LogTerm {
  readonly weight: number;
  readonly logs: readonly number[];
}

function withinBlocks(terms: readonly LogTerm[], level: number): Interval | null {
  const blocks = terms[0]?.logs.length ?? 0;
  const uneven = terms.find(({ logs }) => logs.length !== blocks);
  if (uneven !== undefined)
    throw new RangeError(`Expected ${blocks} values of each term of a paired contrast, got ${uneven.logs.length}.`);
  const contrasts = Array.from({ length: blocks }, (_, block) =>
    terms.reduce((sum, { weight, logs }) => sum + weight * (logs[block] ?? Number.NaN), 0),
  );
  return meanInterval(contrasts, level);
}

function betweenSets(terms: readonly LogTerm[], level: number): Interval | null {
  if (terms.length === 0 || terms.some(({ logs }) => logs.length < 2)) return null;
  const value = terms.reduce((sum, { weight, logs }) => sum + weight * mean(logs), 0);
  const parts = terms.map(({ weight, logs }) => ({
    variance: (weight ** 2 * deviation(logs) ** 2) / logs.length,
    degrees: logs.length - 1,
  }));
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  if (variance === 0) return { value, low: value, high: value };
  const degrees = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.degrees, 0);
  const half = studentQuantile((1 + level) / 2, degrees) * Math.sqrt(variance);
  return { value, low: value - half, high: value + half };
}

function positiveLogarithm(value: number): number {
  if (!(value > 0)) throw new RangeError(`Expected positive values for a ratio, got ${value}.`);
  return Math.log(value);
}
