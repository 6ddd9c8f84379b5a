import { checkLevel, checkValues } from './check-values.ts';
import type { Interval } from './interval.ts';
import { median } from './moments.ts';
import { normalAbove, normalQuantile } from './normal.ts';
import type { TooFewSamples } from './percentile.ts';
import { rank } from './ranks.ts';

export interface SignedRank {
  /** Sum of the ranks of the positive differences, ranked by size. */
  readonly positive: number;
  /** Differences that are not 0; those that are say nothing of the direction and are left out. */
  readonly count: number;
  /** Two-sided; 1 when all differences are 0. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
}

/** Up to so many differences the distribution is counted out. */
const mostExact = 100;

/** More values would make more pairs than are held in memory at once. */
const mostValues = 5_000;

/**
 * Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945) that differences of pairs lie symmetrically around 0. Exact without ties up to
 * 100 differences; else by the normal approximation with corrections for ties and continuity (Hollander, Wolfe and Chicken,
 * "Nonparametric Statistical Methods", 2014, section 3.1).
 */
export function signedRank(differences: readonly number[]): SignedRank {
  checkValues(differences, 1, 'differences');
  const moved = differences.filter((difference) => difference !== 0);
  const count = moved.length;
  const { ranks, ties } = rank(moved.map(Math.abs));
  let positive = 0;
  for (let index = 0; index < count; index++) if ((moved[index] ?? 0) > 0) positive += ranks[index] ?? 0;
  const isExact = ties === 0 && count <= mostExact;
  const largest = (count * (count + 1)) / 2;
  if (isExact) {
    const tail = atMost(signedRankDistribution(count), Math.min(positive, largest - positive));
    return { positive, count, pValue: Math.min(1, 2 * tail), method: 'exact' };
  }
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1) - ties / 2) / 24);
  const pValue = Math.min(1, 2 * normalAbove((Math.abs(positive - largest / 2) - 0.5) / deviation));
  return { positive, count, pValue, method: 'normal' };
}

/**
 * One-sided p value of the signed-rank test that the values lie around a centre above `bound`. It counts the means of two values, each with itself
 * included, that are not above the bound (Tukey 1949), and those that equal it as lying below: with ties it is too large rather than too small.
 * At most (1 − level) / 2 exactly where the interval of `hodgesLehmann` lies above the bound, up to 100 values; beyond, by the normal approximation.
 */
export function signedRankAbove(values: readonly number[], bound: number): number {
  checkValues(values, 1);
  const count = values.length;
  let below = 0;
  for (const [first, value] of values.entries()) {
    for (let second = first; second < count; second++) if ((value + (values[second] ?? 0)) / 2 <= bound) below++;
  }
  if (count <= mostExact) return Math.min(1, atMost(signedRankDistribution(count), below));
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24);
  return normalAbove(((count * (count + 1)) / 4 - below - 0.5) / deviation);
}

/** An interval of a location, with the level that it truly has. */
export interface LocationInterval extends Interval {
  /** Exact up to 100 values, at least the level that was asked for; beyond, the level asked for, by the normal approximation. */
  readonly attained: number;
}

/**
 * Estimate of Hodges and Lehmann (Annals of Mathematical Statistics 34, 1963) for the centre of a symmetric distribution: the median of
 * the means of all pairs of values, each with itself included. Its interval inverts the signed-rank test: between the C-th mean from
 * below and from above (Tukey 1949; Hollander, Wolfe and Chicken, section 3.3). At 95 % it takes six values.
 */
export function hodgesLehmann(values: readonly number[], level = 0.95): LocationInterval | TooFewSamples {
  checkValues(values, 0);
  checkLevel(level);
  const count = values.length;
  if (count > mostValues) throw new RangeError(`Expected at most ${mostValues} values, got ${count}.`);
  const tail = (1 - level) / 2;
  // The chance of the least rank sum is 2^−n: with fewer values not even the outermost means hold the level.
  const need = Math.max(1, Math.ceil(-Math.log2(tail)));
  if (count < need) return { code: 'TOO_FEW_SAMPLES', need, have: count };
  const means = pairMeans(values);
  const { rank: inner, attained } = innerRank(count, tail);
  return {
    value: median(means),
    low: means[inner - 1] ?? Number.NaN,
    high: means[means.length - inner] ?? Number.NaN,
    attained,
  };
}

/** The largest C, counted from 1, with P(W < C) at most `tail`. */
function innerRank(count: number, tail: number): { rank: number; attained: number } {
  if (count > mostExact) {
    const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24);
    const cut = Math.floor((count * (count + 1)) / 4 + normalQuantile(tail) * deviation);
    return { rank: Math.max(1, cut), attained: 1 - 2 * tail };
  }
  const distribution = signedRankDistribution(count);
  let below = 0;
  let inner = 0;
  while (below + (distribution[inner] ?? 0) <= tail) below += distribution[inner++] ?? 0;
  return { rank: inner, attained: 1 - 2 * below };
}

function pairMeans(values: readonly number[]): Float64Array {
  const means = new Float64Array((values.length * (values.length + 1)) / 2);
  let index = 0;
  for (const [first, value] of values.entries()) {
    for (let second = first; second < values.length; second++) means[index++] = (value + (values[second] ?? 0)) / 2;
  }
  return means.sort();
}

/** Chance of each sum of the ranks 1 … count when each belongs to it with chance ½. */
function signedRankDistribution(count: number): Float64Array {
  const chances = new Float64Array((count * (count + 1)) / 2 + 1);
  chances[0] = 1;
  for (let added = 1; added <= count; added++) {
    for (let sum = (added * (added + 1)) / 2; sum >= 0; sum--) {
      chances[sum] = ((chances[sum] ?? 0) + (sum >= added ? (chances[sum - added] ?? 0) : 0)) / 2;
    }
  }
  return chances;
}

function atMost(chances: Float64Array, bound: number): number {
  let sum = 0;
  for (let value = 0; value <= bound; value++) sum += chances[value] ?? 0;
  return sum;
}
