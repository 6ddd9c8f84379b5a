import { normalQuantile } from './normal.ts';

export interface SampleSize {
  /** Queries that the formula asks for, to the nearest whole one. */
  readonly exact: number;
  /** The same, rounded up to a whole multiple of 2¹³ = 8,192, as the rules of MLPerf ask for. */
  readonly rounded: number;
  /** Half width of the interval of the share below the percentile: a twentieth of what lies above. */
  readonly margin: number;
}

/**
 * How many queries let the share below percentile `p` be known within a twentieth of what lies above it: n = z² · p(1 − p) / m²
 * with m = (1 − p) / 20 and z the two-sided normal quantile of the confidence. From the inference rules of MLPerf
 * (github.com/mlcommons/inference_policies, "Number of queries"): 23,886 for p90, 262,742 for p99 at 99 %.
 */
export function sampleSize(p: number, confidence = 0.99): SampleSize {
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected 0 < p < 1, got ${p}.`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Expected 0 < confidence < 1, got ${confidence}.`);
  const margin = (1 - p) / 20;
  const z = normalQuantile((1 + confidence) / 2);
  const needed = (z * z * p * (1 - p)) / (margin * margin);
  return { exact: Math.round(needed), rounded: Math.ceil(needed / 2 ** 13) * 2 ** 13, margin };
}
