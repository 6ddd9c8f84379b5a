import type { Interval } from '../stats/interval.ts';
import { medianDeviation } from '../stats/median-deviation.ts';
import { deviation } from '../stats/moments.ts';
import { normalQuantile } from '../stats/normal.ts';
import { selectInPlace } from '../stats/select.ts';
import { signAbove, signInterval } from '../stats/sign-test.ts';
import { hodgesLehmann, signedRankAbove } from '../stats/signed-rank.ts';
import type { Metric } from './metric.ts';

/** With fewer pairs nothing is judged: the interval of the usual 95 % does not exist below six. */
export const fewestPairs = 6;

export interface LocationEstimate {
  readonly value: number;
  /** null where there are too few values for an interval of the level; `need` says how many it takes. */
  readonly interval: (Interval & { readonly attained: number }) | null;
  readonly need: number;
  readonly method: 'signed-rank' | 'sign';
  readonly outliers: number;
  readonly contaminated: boolean;
}

/** Values further from the median than so many scaled median deviations are outliers … */
const outlierDistance = 5;
/** … and more than this share of them are judged by their signs. */
const contaminatedShare = 0.1;

/**
 * Where the logarithms of paired ratios lie: the estimate of Hodges and Lehmann with the interval of the signed-rank test, or, by a rule that
 * was fixed before any data, the median with the interval of the sign test. The rule: more than a tenth of the values lie further from
 * their median than five scaled median deviations. One-off slow processes widen the first interval much and the second one little;
 * without them the first one is the narrower.
 */
export function estimateLocation(values: readonly number[], level: number): LocationEstimate {
  const { median: middle, scaled } = medianDeviation(values);
  const outliers = values.filter((value) => Math.abs(value - middle) > outlierDistance * scaled).length;
  const contaminated = outliers > contaminatedShare * values.length;
  const method = contaminated ? 'sign' : 'signed-rank';
  const found = contaminated ? signInterval(values, level) : hodgesLehmann(values, level);
  const shared = { method, outliers, contaminated } as const;
  if ('code' in found) {
    const value = contaminated ? middle : centre(values);
    return { ...shared, value, interval: null, need: Math.max(fewestPairs, found.need ?? fewestPairs) };
  }
  const { value, low, high, attained } = found;
  return { ...shared, value, interval: { value, low, high, attained }, need: fewestPairs };
}

/** The estimate of Hodges and Lehmann alone: the median of the means of all pairs of values, each with itself included. */
export function centre(values: ArrayLike<number>): number {
  const count = values.length;
  const means = new Float64Array((count * (count + 1)) / 2);
  let index = 0;
  for (let first = 0; first < count; first++) {
    const value = values[first] ?? Number.NaN;
    for (let second = first; second < count; second++) means[index++] = (value + (values[second] ?? Number.NaN)) / 2;
  }
  const upper = selectInPlace(means, index >> 1);
  // Below it stand the lower values: of an even number, the largest of them is the other middle one.
  return index % 2 === 1 ? upper : (upper + largest(means.subarray(0, index >> 1))) / 2;
}

function largest(values: Float64Array): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > found) found = value;
  return found;
}

/**
 * One-sided p value, by the test whose interval judges, that the values lie above `bound`: at most (1 − level) / 2 exactly where the interval
 * of the level lies above it (beyond 100 values, wherever it does), whatever values are equal.
 */
export function pValueAbove(values: readonly number[], bound: number, method: 'signed-rank' | 'sign'): number {
  return method === 'sign' ? signAbove(values, bound) : signedRankAbove(values, bound);
}

/** From which logarithm of a ratio on a change counts, upwards (worse) and downwards (better). */
export interface Threshold {
  readonly worse: number;
  /** Above 0, too: a change below −`better` is an improvement. */
  readonly better: number;
  /** The floor is more than the margin, so that it decides. */
  readonly isFloor: boolean;
}

/**
 * Margin and floor of a metric as bounds of the logarithm of how many times as bad it is, for a base of that size: what is below either of
 * them does not count. Infinite where a change in that direction cannot reach the floor.
 */
export function thresholdOf({ margin, floor, better }: Metric, base: number): Threshold {
  const share = floor / base;
  const grows = Math.log1p(share);
  const shrinks = share < 1 ? -Math.log1p(-share) : Number.POSITIVE_INFINITY;
  const [worse, improved] = better === 'lower' ? [grows, shrinks] : [shrinks, grows];
  const relative = Math.log1p(margin);
  return {
    worse: Math.max(relative, worse),
    better: Math.max(relative, improved),
    isFloor: worse > relative,
  };
}

/**
 * The least logarithm that would be found in 4 of 5 gates: threshold + (z of the level + z of 0.8) · deviation / √pairs, by the normal
 * approximation, widened by √(π / 3) as the signed-rank test needs 1.05 times as many normal values as the t test (Hodges and Lehmann,
 * Annals of Mathematical Statistics 27, 1956).
 */
export function leastDetectable(values: readonly number[], level: number, threshold: number): number {
  const z = normalQuantile((1 + level) / 2) + normalQuantile(0.8);
  return threshold + (z * Math.sqrt(Math.PI / 3) * deviation(values)) / Math.sqrt(values.length);
}
