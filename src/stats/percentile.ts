import { queriesUnder } from './early-stopping.ts';

/** A figure, or why there is none. */
export type Estimate =
  | { readonly value: number; readonly reason: null }
  | { readonly value: null; readonly reason: TooFewSamples };

export interface TooFewSamples {
  readonly code: 'TOO_FEW_SAMPLES';
  /** How many samples would do. */
  readonly need: number;
  readonly have: number;
}

/** The percentiles that are given, and the share of the values that lies below each. */
export const percentileShares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** How the percentiles are taken, for the reader of a result. */
export const percentileMethod = 'nearest rank: sorted[floor(n·p)]; withheld below h(1)+1 samples (99 % confidence)';

/**
 * Nearest-rank percentile of values in rising order, as MLPerf LoadGen takes it: `sorted[floor(n·p)]`, never between two values,
 * 0 < p < 1. With fewer than `samplesNeeded(p)` values it would rest on luck: it is withheld, and says how many would do.
 */
export function percentile(sorted: ArrayLike<number>, p: number): Estimate {
  return percentileOf(sorted.length, p, (rank) => sorted[rank] ?? Number.NaN);
}

/** The same of `count` values of which `at` tells the one at a rank, from 0 in rising order; only that of `percentileRank` is asked for. */
export function percentileOf(count: number, p: number, at: (rank: number) => number): Estimate {
  const need = samplesNeeded(p);
  if (count < need) return { value: null, reason: { code: 'TOO_FEW_SAMPLES', need, have: count } };
  return { value: at(percentileRank(count, p)), reason: null };
}

/** Where percentile `p`, 0 < p < 1, of `count` values lies among them in rising order, from 0. */
export function percentileRank(count: number, p: number): number {
  return Math.floor(count * p);
}

/**
 * The least number of samples from which percentile `p` is given, 0 < p < 1: enough for one of them to lie above and for the bound to
 * hold with 99 % confidence all the same. 11 for p50, 64 for p90, 130 for p95, 662 for p99, 6,636 for p99.9.
 */
export function samplesNeeded(p: number): number {
  return queriesUnder(p, 1) + 1;
}
