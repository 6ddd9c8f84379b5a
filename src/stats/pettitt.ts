import { checkValues } from './check-values.ts';
import { rank } from './ranks.ts';

export interface ChangePoint {
  /** How many values lie before the likeliest change of level. */
  readonly before: number;
  /** K, the largest |U_t|. */
  readonly statistic: number;
  /** Approximate, good below 0.5, for "no change": 2 · exp(−6 K² / (n³ + n²)), at most 1. */
  readonly pValue: number;
}

/**
 * Pettitt's test for one change of level in a series of at least four independent values, by ranks (Applied Statistics 28(2), 1979):
 * U_t = 2 Σ_(i ≤ t) R_i − t (n + 1) is largest in size at the change. Of several places alike it names the first; a
 * change far from the middle is named a little too near to it. Correlated values make
 * it find changes that are none: judge means of buckets longer than the correlation lasts.
 */
export function pettitt(values: readonly number[]): ChangePoint {
  checkValues(values, 4);
  const count = values.length;
  const { ranks } = rank(values);
  let sum = 0;
  let statistic = 0;
  let before = 1;
  for (let taken = 1; taken < count; taken++) {
    sum += ranks[taken - 1] ?? 0;
    const size = Math.abs(2 * sum - taken * (count + 1));
    if (size > statistic) {
      statistic = size;
      before = taken;
    }
  }
  const pValue = Math.min(1, 2 * Math.exp((-6 * statistic * statistic) / (count ** 3 + count ** 2)));
  return { before, statistic, pValue };
}
