import { mannKendall } from './mann-kendall.ts';
import { deviation, mean } from './moments.ts';

/** How far a series of bucket means stands still. */
export interface Movement {
  readonly mean: number;
  /** Standard deviation of the values over their mean. */
  readonly variation: number;
  /** Change from the first to the last value along the line of Theil and Sen, as a share of the mean. */
  readonly drift: number;
  /** Of the Mann–Kendall test for a trend, corrected for autocorrelation. */
  readonly trendP: number;
}

/** The movement of at least four values of one sign, such as mean latencies of buckets. A mean of 0 moves by nothing. */
export function movement(values: readonly number[]): Movement {
  const { slope, pValue: trendP } = mannKendall(values);
  const middle = mean(values);
  if (middle === 0) return { mean: 0, variation: 0, drift: 0, trendP };
  return {
    mean: middle,
    variation: deviation(values) / middle,
    drift: (slope * (values.length - 1)) / middle,
    trendP,
  };
}
