import { binomialAtMost } from './binomial.ts';
import { checkValues } from './check-values.ts';
import { median } from './moments.ts';
import type { TooFewSamples } from './percentile.ts';
import { quantileInterval, type RankInterval } from './quantile-interval.ts';

export interface SignTest {
  readonly positive: number;
  readonly negative: number;
  /** Two-sided; 1 when all differences are 0. */
  readonly pValue: number;
}

/**
 * Sign test that differences are as often positive as negative; those of 0 are left out. Assumes independence and nothing else
 * (Arbuthnott 1710; Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 2014, section 3.4).
 */
export function signTest(differences: readonly number[]): SignTest {
  checkValues(differences, 1, 'differences');
  const positive = differences.filter((difference) => difference > 0).length;
  const negative = differences.filter((difference) => difference < 0).length;
  const count = positive + negative;
  const pValue = count === 0 ? 1 : Math.min(1, 2 * binomialAtMost(Math.min(positive, negative), count, 0.5));
  return { positive, negative, pValue };
}

/**
 * One-sided p value of the sign test that the median lies above `bound`: values that equal it count as lying below, which is never too small a
 * p value. At most (1 − level) / 2 exactly where the interval of `signInterval` lies above the bound.
 */
export function signAbove(values: readonly number[], bound: number): number {
  checkValues(values, 1);
  return binomialAtMost(values.filter((value) => value <= bound).length, values.length, 0.5);
}

/**
 * Interval of the median that inverts the sign test: the exact order-statistic interval of the quantile ½, so that it holds whatever
 * the distribution, with the median of the values (between the middle two of an even number) as its value. At 95 % it takes six values.
 */
export function signInterval(values: readonly number[], level = 0.95): RankInterval | TooFewSamples {
  checkValues(values, 0);
  const sorted = Float64Array.from(values).sort();
  const interval = quantileInterval(sorted, 0.5, level);
  return 'code' in interval ? interval : { ...interval, value: median(sorted) };
}
