import type { Bounds } from './decision.ts';
import { thresholdOf } from './estimate.ts';
import type { Metric } from './metric.ts';

/** Larger shares are no numbers any more in percent, and the largest are no JSON. */
export const largestShare = Number.MAX_VALUE / 100;

/** A logarithm of a ratio as a share: 0.0488 is 0.05. */
export function shareOf(logarithm: number): number {
  return Math.min(largestShare, Math.expm1(logarithm));
}

/** The inverse, finite as well: a share of −1 is of a ratio that is less than the next number above 0 would tell. */
export function logarithmOf(share: number): number {
  return Math.log1p(Math.max(share, 2 ** -53 - 1));
}

/**
 * A change as how much worse it is: of figures that are better when lower the change itself; of others base / head − 1, as margins are meant,
 * so that a throughput that is 1.05 times as small is worse by 0.05. Its interval's `low` is what is shown at least. Below 0: better.
 */
export function worseBounds({ value, low, high }: Bounds, better: Metric['better']): Bounds {
  if (better === 'lower') return { value, low, high };
  const turned = (change: number | null) => (change === null ? null : 1 / (1 + change) - 1);
  return { value: 1 / (1 + value) - 1, low: turned(high), high: turned(low) };
}

/**
 * The change of head / base − 1 from which on a row is worse than it may be, for a base of that size: its margin, or its floor where that is
 * more. +0.05 of a latency, 1 / 1.05 − 1 of a throughput. Null where no change of that direction reaches the floor.
 */
export function changeAtLimit(metric: Metric, base: number): number | null {
  const { worse } = thresholdOf(metric, base);
  if (!Number.isFinite(worse)) return null;
  return metric.better === 'lower' ? Math.expm1(worse) : Math.expm1(-worse);
}
