import type { Reason } from '../results/events.ts';
import type { Dropped } from './decision.ts';
import type { Metric } from './metric.ts';
import { type Arm, type Pair, pairValues } from './pair.ts';
import type { ConditionLimits } from './settings.ts';
import { voidReason } from './void-conditions.ts';

/** A valid pair of one metric. */
export interface PairedValues {
  readonly round: number;
  readonly first: Arm;
  readonly base: number;
  readonly head: number;
  /** Logarithm of how many times as bad head is: above 0 worse, whichever way the metric is better. */
  readonly worse: number;
}

/** The pairs of one metric in one stage, by round. */
export interface Series {
  readonly valid: readonly PairedValues[];
  readonly attempted: number;
  readonly dropped: readonly Dropped[];
  /** Too many pairs were dropped for the rest to be trusted; more of them will not be measured. */
  readonly isVoid: boolean;
}

/** If all of so many first pairs are dropped, the cause stays. */
const hopeless = 3;

/**
 * Sorts the pairs of one scenario and stage into those that count for a metric and those that do not, with the reason. Conditions decide,
 * never the figures. From `leastPairs` on the share of dropped pairs must stay within its limit after every pair; what follows the pair
 * at which it did not is not looked at, so that the answer is the same however often it is asked for.
 */
export function seriesOf(metric: Metric, pairs: readonly Pair[], limits: ConditionLimits, leastPairs: number): Series {
  const valid: PairedValues[] = [];
  const reasons: Reason[] = [];
  for (const pair of pairs) {
    const sorted = sortPair(metric, pair, limits);
    if ('code' in sorted) reasons.push(sorted);
    else valid.push(sorted);
    const attempted = valid.length + reasons.length;
    const isHopeless = attempted >= hopeless && valid.length === 0;
    const isExceeded = attempted >= leastPairs && reasons.length > limits.droppedShare * attempted;
    if (isHopeless || isExceeded) return { valid, attempted, dropped: countByCode(reasons), isVoid: true };
  }
  return { valid, attempted: pairs.length, dropped: countByCode(reasons), isVoid: false };
}

/** All pairs sorted in this way, however many of them are dropped: what is known of a metric, to be described and not to be judged. */
export function sortPairs(
  metric: Metric,
  pairs: readonly Pair[],
  limits: ConditionLimits,
): Pick<Series, 'valid' | 'dropped'> {
  const sorted = pairs.map((pair) => sortPair(metric, pair, limits));
  return {
    valid: sorted.flatMap((one) => ('code' in one ? [] : [one])),
    dropped: countByCode(sorted.flatMap((one) => ('code' in one ? [one] : []))),
  };
}

function sortPair(metric: Metric, pair: Pair, limits: ConditionLimits): PairedValues | Reason {
  const reason = voidReason(pair, limits);
  if (reason !== null) return reason;
  const values = pairValues(pair, metric);
  if (values === null) return { code: 'NO_VALUE', need: null, have: null };
  const { base, head } = values;
  if (!(base > 0 && head > 0)) return { code: 'NOT_POSITIVE', need: 'above 0', have: `base ${base}, head ${head}` };
  const change = Math.log(head) - Math.log(base);
  return { round: pair.round, first: pair.first, base, head, worse: metric.better === 'lower' ? change : -change };
}

/** The most frequent first; equally frequent ones in the order in which they came. */
function countByCode(reasons: readonly Reason[]): Dropped[] {
  const counted = new Map<string, Dropped>();
  for (const { code, need, have } of reasons) {
    const before = counted.get(code);
    counted.set(code, before === undefined ? { code, count: 1, need, have } : { ...before, count: before.count + 1 });
  }
  return [...counted.values()].sort((a, b) => b.count - a.count);
}
