import { checkValues } from './check-values.ts';
import { median } from './moments.ts';

export interface MedianDeviation {
  readonly median: number;
  /** Median of the distances from the median: half of the values lie within it. */
  readonly mad: number;
  /** The same times 1.4826 = 1 / Φ⁻¹(¾): the standard deviation, if the values are normal. */
  readonly scaled: number;
}

/**
 * Median and median absolute deviation, which up to half of the values may be outliers without moving far (Hampel, Journal of the
 * American Statistical Association 69, 1974). 0 when more than half of the values are equal: it is then no scale to divide by.
 */
export function medianDeviation(values: ArrayLike<number>): MedianDeviation {
  checkValues(values, 1);
  const middle = median(Float64Array.from(values).sort());
  const mad = median(Float64Array.from(values, (value) => Math.abs(value - middle)).sort());
  return { median: middle, mad, scaled: mad * 1.482_602_218_505_602 };
}
