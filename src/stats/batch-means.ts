import { autocorrelations } from './autocorrelation.ts';
import { checkLevel, checkValues } from './check-values.ts';
import { type Interval, meanInterval } from './interval.ts';
import { mean } from './moments.ts';
import type { TooFewSamples } from './percentile.ts';

/**
 * How many batches: between the 10 and 30 beyond which more batches gain little and cost much of the independence of their means
 * (Schmeiser, "Batch size effects in the analysis of simulation output", Operations Research 30(3), 1982).
 */
export const batchCount = 20;

/** Fewer values a batch would leave the means of batches as correlated as the values. */
const leastBatchSize = 10;

export interface BatchMeans extends Interval {
  /** Values a batch. */
  readonly batchSize: number;
  /** Correlation of the means of neighbouring batches. */
  readonly batchCorrelation: number;
  /** Whether that is more than chance (one-sided 5 %: 1.645 / √20): the interval is then too narrow, a longer series is needed. */
  readonly isCorrelated: boolean;
}

/**
 * Mean of a stationary series of correlated values (the queries of one round), with Student's interval over the means of 20
 * batches of neighbouring values, whose correlation fades with their size. The first n mod 20 values are left out, the
 * nearest to whatever came before. (Law and Kelton, "Simulation Modeling and Analysis", section 9.5.)
 */
export function batchMeansInterval(values: ArrayLike<number>, level = 0.95): BatchMeans | TooFewSamples {
  checkValues(values, 0);
  checkLevel(level);
  const need = batchCount * leastBatchSize;
  const have = values.length;
  if (have < need) return { code: 'TOO_FEW_SAMPLES', need, have };
  const batchSize = Math.floor(have / batchCount);
  const first = have - batchSize * batchCount;
  const series = Float64Array.from(values);
  const means = Array.from({ length: batchCount }, (_, batch) => {
    const start = first + batch * batchSize;
    return mean(series.subarray(start, start + batchSize));
  });
  const interval = meanInterval(means, level);
  if (interval === null) throw new RangeError('Expected at least two batches.');
  const batchCorrelation = autocorrelations(means, 1)?.[1] ?? 0;
  return { ...interval, batchSize, batchCorrelation, isCorrelated: batchCorrelation > 1.645 / Math.sqrt(batchCount) };
}
