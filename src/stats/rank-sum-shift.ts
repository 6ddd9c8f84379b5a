import { checkLevel, checkValues } from './check-values.ts';
import type { Interval } from './interval.ts';
import { median } from './moments.ts';
import { normalAbove, normalQuantile } from './normal.ts';
import { mostPairsCounted, rankSumDistribution } from './rank-sum-distribution.ts';

/** More values would make more differences than are held in memory at once. */
const mostDifferences = 10_000_000;

/** A shift with its interval; without one, `low`, `high` and `attained` are null. */
export interface RankSumShift {
  /** Median of all differences of a value of the candidate and one of the base. */
  readonly value: number;
  /** null: not even the outermost differences hold the level. */
  readonly interval: (Interval & { readonly attained: number }) | null;
  readonly method: 'exact' | 'normal';
}

/**
 * By how much the values of the candidate lie above those of the base: the estimate of Hodges and Lehmann for two sets of independent values,
 * the median of all m·n differences, with the interval that inverts the rank-sum test, between the C-th difference from below and from above
 * (Moses 1953; Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 2014, section 4.3). C is the largest with
 * P(U < C) ≤ (1 − level) / 2: exact up to 2,500 differences, and with ties at least of the level asked for; above, by the normal
 * approximation. At 95 % it takes four values in each set, or three and five. It assumes that both have one shape.
 */
export function rankSumShift(base: readonly number[], candidate: readonly number[], level = 0.95): RankSumShift {
  checkValues(base, 1, 'values of the base');
  checkValues(candidate, 1, 'values of the candidate');
  checkLevel(level);
  const [m, n] = [base.length, candidate.length];
  if (m * n > mostDifferences) {
    throw new RangeError(`Expected at most ${mostDifferences} differences, got ${m} × ${n}.`);
  }
  const differences = allDifferences(base, candidate);
  const value = median(differences);
  const method = m * n <= mostPairsCounted ? 'exact' : 'normal';
  const { rank, attained } = innerRank(m, n, (1 - level) / 2);
  if (rank === 0) return { value, interval: null, method };
  const low = differences[rank - 1] ?? Number.NaN;
  const high = differences[m * n - rank] ?? Number.NaN;
  return { value, interval: { value, low, high, attained }, method };
}

/**
 * One-sided p value that the candidate lies above the base by more than `bound`, by the rank-sum test. Differences that equal the bound count
 * as lying below it, which is never too small a p value; at most (1 − level) / 2 where the interval of the level lies above the bound.
 */
export function rankSumAbove(base: readonly number[], candidate: readonly number[], bound: number): number {
  checkValues(base, 1, 'values of the base');
  checkValues(candidate, 1, 'values of the candidate');
  const [m, n] = [base.length, candidate.length];
  let above = 0;
  for (const value of candidate) for (const other of base) if (value - other > bound) above++;
  if (m * n > mostPairsCounted) return normalAbove((above - 0.5 - (m * n) / 2) / deviationOf(m, n));
  // P(U ≥ above) = P(U ≤ m·n − above), as the distribution is symmetric.
  return Math.min(1, atMost(rankSumDistribution(m, n), m * n - above));
}

/**
 * Ratio candidate / base of two sets of independent positive values: the shift of their logarithms, as ratios of times and rates are about
 * symmetric there. null where there are too few values for an interval of the level, or one is not above 0.
 */
export function rankSumRatio(base: readonly number[], candidate: readonly number[], level = 0.95): Interval | null {
  if (base.length === 0 || candidate.length === 0 || ![...base, ...candidate].every((value) => value > 0)) return null;
  const { interval } = rankSumShift(base.map(Math.log), candidate.map(Math.log), level);
  if (interval === null) return null;
  return { value: Math.exp(interval.value), low: Math.exp(interval.low), high: Math.exp(interval.high) };
}

/** The smallest one-sided p value that sets of these sizes can have: 1 / (m + n over m). */
export function leastRankSumP(m: number, n: number): number {
  let ways = 1;
  for (let chosen = 1; chosen <= m; chosen++) ways *= (n + chosen) / chosen;
  return 1 / ways;
}

/** The largest C, counted from 1, with P(U < C) at most `tail`; 0 where there is none. */
function innerRank(m: number, n: number, tail: number): { rank: number; attained: number } {
  if (m * n > mostPairsCounted) {
    const cut = Math.floor((m * n) / 2 + normalQuantile(tail) * deviationOf(m, n));
    return { rank: Math.max(0, cut), attained: 1 - 2 * tail };
  }
  const distribution = rankSumDistribution(m, n);
  let below = 0;
  let rank = 0;
  while (below + (distribution[rank] ?? 0) <= tail) below += distribution[rank++] ?? 0;
  return { rank, attained: 1 - 2 * below };
}

function deviationOf(m: number, n: number): number {
  return Math.sqrt((m * n * (m + n + 1)) / 12);
}

function allDifferences(base: readonly number[], candidate: readonly number[]): Float64Array {
  const differences = new Float64Array(base.length * candidate.length);
  let index = 0;
  for (const value of candidate) for (const other of base) differences[index++] = value - other;
  return differences.sort();
}

function atMost(chances: Float64Array, bound: number): number {
  let sum = 0;
  for (let value = 0; value <= bound; value++) sum += chances[value] ?? 0;
  return sum;
}
