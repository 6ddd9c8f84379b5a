import { incompleteBeta } from './incomplete-beta.ts';

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

/** How the percentiles are taken, for the reader of a result. */
export const percentileMethod = 'nearest rank: sorted[floor(n·p)]; withheld below h(1)+1 samples (99 % confidence)';

/**
 * Nearest-rank percentile of values in rising order, as MLPerf LoadGen takes it: `sorted[floor(n·p)]`, never between two values,
 * 0 < p < 1. With fewer than `samplesNeeded(p)` values it would rest on luck: it is withheld, and says how many would do.
 */
export function percentile(sorted: ArrayLike<number>, p: number): Estimate {
  const need = samplesNeeded(p);
  const have = sorted.length;
  const value = sorted[Math.floor(have * p)];
  if (have < need || value === undefined) return { value: null, reason: { code: 'TOO_FEW_SAMPLES', need, have } };
  return { value, reason: null };
}

/**
 * The least number of samples from which percentile `p` is given, 0 < p < 1: enough for one of them to lie above and for the bound to
 * hold with 99 % confidence all the same. 11 for p50, 64 for p90, 130 for p95, 662 for p99, 6,636 for p99.9.
 */
export function samplesNeeded(p: number): number {
  return samplesBelow(p, 1) + 1;
}

/**
 * How many samples must lie below a bound when `above` lie above it, for percentile `p` to be below the bound with the given
 * confidence: the least h with I_p(h, above + 1) < 1 − confidence. This is early stopping of MLPerf LoadGen
 * (github.com/mlcommons/inference, loadgen/early_stopping.cc) with tolerance 0.
 */
export function samplesBelow(p: number, above: number, confidence = 0.99): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected 0 < p < 1, got ${p}.`);
  const isEnough = (h: number) => incompleteBeta(p, h, above + 1) < 1 - confidence;
  // The function falls with h: double until it holds, then halve the stretch.
  let enough = 1;
  while (!isEnough(enough)) enough *= 2;
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
