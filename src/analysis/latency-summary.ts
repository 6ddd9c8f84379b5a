import type { LatencySummary } from '../results/run.ts';
import { percentileMethod, percentileOf, percentileShares } from '../stats/percentile.ts';
import type { Times } from './query-times.ts';
import type { Reasons } from './reasons.ts';

export type PercentileName = keyof typeof percentileShares;

/**
 * Summary of a length of time of queries, in seconds. A percentile with too few values behind it is null, and `reasons`
 * says under `path.p99` how many it needs.
 */
export function summariseLatency(times: Times, path: string, reasons: Reasons): LatencySummary {
  const { count } = times;
  const one = (name: PercentileName) => percentileOrReason(times, name, `${path}.${name}`, reasons);
  const whole = (name: 'mean' | 'min' | 'max', value: () => number) =>
    count > 0 ? value() : reasons.withhold(`${path}.${name}`, 'NO_SAMPLES', 1, 0);
  return {
    unit: 's',
    count,
    method: percentileMethod,
    mean: whole('mean', () => times.mean),
    min: whole('min', () => times.at(0)),
    max: whole('max', () => times.at(count - 1)),
    p50: one('p50'),
    p90: one('p90'),
    p95: one('p95'),
    p99: one('p99'),
    p999: one('p999'),
  };
}

/** One percentile of a length of time; null with its reason at `path` when they are too few. */
export function percentileOrReason(times: Times, name: PercentileName, path: string, reasons: Reasons): number | null {
  const { value, reason } = percentileOf(times.count, percentileShares[name], (rank) => times.at(rank));
  return reason === null ? value : reasons.because(path, reason);
}
