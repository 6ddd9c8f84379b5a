import type { Case, LatencySummary } from '../../results/run.ts';

/** The latency of a case that charts draw: response time, or in the offline scenario the service time of a batch. */
export function drawnLatency(one: Case): LatencySummary | null {
  return one.latency ?? (one.scenario.kind === 'offline' ? one.serviceLatency : null);
}

/** What {@link drawnLatency} is called for these cases. */
export function latencyName(cases: readonly Case[]): string {
  return cases.length > 0 && cases.every((one) => one.latency === null && one.scenario.kind === 'offline')
    ? 'service time of a batch'
    : 'response time';
}

/** Percentiles that a result can hold, in ascending order. */
export const percentiles = [
  { key: 'p50', name: 'p50' },
  { key: 'p90', name: 'p90' },
  { key: 'p95', name: 'p95' },
  { key: 'p99', name: 'p99' },
  { key: 'p999', name: 'p99.9' },
] as const;
