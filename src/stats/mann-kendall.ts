import { autocorrelations } from './autocorrelation.ts';
import { checkValues } from './check-values.ts';
import { median } from './moments.ts';
import { normalAbove, normalQuantile } from './normal.ts';
import { rank } from './ranks.ts';

export interface Trend {
  /** Pairs in which the later value is larger, less those in which it is smaller. */
  readonly s: number;
  /** s over all pairs: −1 always falling, 1 always rising. */
  readonly tau: number;
  /** Two-sided, for "no trend". */
  readonly pValue: number;
  /** Slope of Theil and Sen: the median of the slopes of all pairs, in units of the values a step. */
  readonly slope: number;
  /** By what the variance of s was multiplied for the correlation of successive values: n / n* of Hamed and Rao; 1 without. */
  readonly correction: number;
}

export interface TrendOptions {
  /** Whether successive values may be correlated without a trend. 'hamed-rao' unless told. */
  readonly correlation?: 'hamed-rao' | 'ignore';
}

/** More values would make more pairs than are held in memory at once: take means of buckets. */
const mostValues = 5_000;

/**
 * Mann–Kendall test for a rising or falling series of at least four values (Mann, Econometrica 13, 1945; Kendall 1975, with ties), its
 * variance corrected for autocorrelation as Hamed and Rao do it (Journal of Hydrology 204, 1998): the correlations of the ranks of
 * the series less its Theil–Sen slope, as far as they differ from 0 at 5 %. Where those are so negative that no variance would be left,
 * the one without correction stands, which finds trends less easily.
 */
export function mannKendall(values: readonly number[], { correlation = 'hamed-rao' }: TrendOptions = {}): Trend {
  checkValues(values, 4);
  const count = values.length;
  if (count > mostValues)
    throw new RangeError(`Expected at most ${mostValues} values, got ${count}: take means of buckets.`);
  const { s, slope } = pairs(values);
  const plain = (count * (count - 1) * (2 * count + 5) - tiesOf(values)) / 18;
  const correction = correlation === 'ignore' ? 1 : hamedRao(values, slope);
  const variance = plain * correction;
  // One step towards 0 for continuity.
  const z = variance > 0 ? Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance) : 0;
  return { s, tau: s / ((count * (count - 1)) / 2), pValue: Math.min(1, 2 * normalAbove(z)), slope, correction };
}

function pairs(values: readonly number[]): { s: number; slope: number } {
  const slopes = new Float64Array((values.length * (values.length - 1)) / 2);
  let index = 0;
  let s = 0;
  for (const [later, value] of values.entries()) {
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = value - (values[earlier] ?? 0);
      s += Math.sign(rise);
      slopes[index++] = rise / (later - earlier);
    }
  }
  return { s, slope: median(slopes.sort()) };
}

/** Σ t (t − 1) (2 t + 5) over the groups of t equal values. */
function tiesOf(values: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  let sum = 0;
  for (const size of sizes.values()) sum += size * (size - 1) * (2 * size + 5);
  return sum;
}

function hamedRao(values: readonly number[], slope: number): number {
  const count = values.length;
  const { ranks } = rank(values.map((value, index) => value - slope * (index + 1)));
  const correlations = autocorrelations(ranks, count - 1);
  if (correlations === null) return 1;
  const bound = normalQuantile(0.975) / Math.sqrt(count);
  let sum = 0;
  for (let lag = 1; lag < count; lag++) {
    const correlation = correlations[lag] ?? 0;
    if (Math.abs(correlation) > bound) sum += (count - lag) * (count - lag - 1) * (count - lag - 2) * correlation;
  }
  const correction = 1 + (2 * sum) / (count * (count - 1) * (count - 2));
  return correction > 0 ? correction : 1;
}
