/** The percentiles of a latency summary and the share of the values that lies below each. */
export const percentileShares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

export type PercentileName = keyof typeof percentileShares;
