import type { LatencySummary } from '../results/run.ts';
import { mean } from '../stats/moments.ts';
import { percentile, percentileMethod } from '../stats/percentile.ts';
import type { Reasons } from './reasons.ts';

/** The percentiles of a latency summary and the share of the values that lies below each. */
export const percentileShares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

export type PercentileName = keyof typeof percentileShares;

/**
 * Summary of the latencies of queries, in seconds, in rising order. A percentile with too few values behind it is null, and `reasons`
 * says under `path.p99` how many it needs.
 */
export function summariseLatency(sorted: Float64Array, path: string, reasons: Reasons): LatencySummary {
  const count = sorted.length;
  const one = (name: PercentileName) => percentileOrReason(sorted, name, `${path}.${name}`, reasons);
  const whole = (name: 'mean' | 'min' | 'max', value: number | undefined) =>
    count > 0 && value !== undefined ? value : reasons.withhold(`${path}.${name}`, 'NO_SAMPLES', 1, 0);
  return {
    unit: 's',
    count,
    method: percentileMethod,
    mean: whole('mean', mean(sorted)),
    min: whole('min', sorted[0]),
    max: whole('max', sorted[count - 1]),
    p50: one('p50'),
    p90: one('p90'),
    p95: one('p95'),
    p99: one('p99'),
    p999: one('p999'),
  };
}

/** One percentile of values in rising order; null with its reason at `path` when they are too few. */
export function percentileOrReason(
  sorted: ArrayLike<number>,
  name: PercentileName,
  path: string,
  reasons: Reasons,
): number | null {
  const { value, reason } = percentile(sorted, percentileShares[name]);
  return reason === null ? value : reasons.because(path, reason);
}
