import { binomialAtMost } from './binomial.ts';
import { checkLevel } from './check-values.ts';
import type { Interval } from './interval.ts';
import type { TooFewSamples } from './percentile.ts';

/** An interval between two of the values themselves. */
export interface RankInterval extends Interval {
  /** Positions of the ends among the values in rising order, counted from 1. */
  readonly lowRank: number;
  readonly highRank: number;
  /** The level that it has: at least the one that was asked for, as ranks come in whole steps. */
  readonly attained: number;
}

/**
 * Interval of the quantile `p` of independent values in rising order, without any assumption on their distribution: with X₍l₎ and
 * X₍u₎ as its ends it holds the quantile with chance P(l ≤ B < u), B binomial of n and p; l is the largest and u the least rank
 * that leaves at most half of 1 − level on its side (Hahn and Meeker, "Statistical Intervals", 1991, section 5.2). Of continuous values
 * the attained level is exact; of values with ties it is a lower bound. Too few values for one end: how many would do.
 */
export function quantileInterval(sorted: ArrayLike<number>, p: number, level = 0.95): RankInterval | TooFewSamples {
  checkLevel(level);
  const have = sorted.length;
  const need = samplesForInterval(p, level);
  if (have < need) return { code: 'TOO_FEW_SAMPLES', need, have };
  const tail = (1 - level) / 2;
  // P(B < l) = P(B ≤ l − 1) rises with l; P(B ≥ u) = P(at most n − u of 1 − p) falls with u.
  const lowRank = lastWhere(1, have, (rank) => binomialAtMost(rank - 1, have, p) <= tail);
  const highRank = have + 1 - lastWhere(1, have, (rank) => binomialAtMost(rank - 1, have, 1 - p) <= tail);
  const attained = 1 - binomialAtMost(lowRank - 1, have, p) - binomialAtMost(have - highRank, have, 1 - p);
  return {
    value: sorted[Math.min(have - 1, Math.floor(have * p))] ?? Number.NaN,
    low: sorted[lowRank - 1] ?? Number.NaN,
    high: sorted[highRank - 1] ?? Number.NaN,
    lowRank,
    highRank,
    attained,
  };
}

/** From how many values on quantile `p` has an interval with two ends: both p^n and (1 − p)^n are at most half of 1 − level. */
export function samplesForInterval(p: number, level = 0.95): number {
  checkLevel(level);
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected 0 < p < 1, got ${p}.`);
  const rarer = Math.max(p, 1 - p);
  const tail = (1 - level) / 2;
  let need = Math.max(1, Math.ceil(Math.log(tail) / Math.log(rarer)));
  // The logarithms round: the powers themselves decide.
  while (need > 1 && rarer ** (need - 1) <= tail) need--;
  while (rarer ** need > tail) need++;
  return need;
}

/** The last whole number of first … last for which `holds`, which holds up to it and not beyond; it must hold for `first`. */
function lastWhere(first: number, last: number, holds: (rank: number) => boolean): number {
  let good = first;
  let bad = last + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
