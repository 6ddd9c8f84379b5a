import { checkValues } from './check-values.ts';
import { normalAbove } from './normal.ts';
import { mostPairsCounted, rankSumDistribution } from './rank-sum-distribution.ts';
import { rank } from './ranks.ts';

export interface MannWhitney {
  /** Pairs in which the candidate's value is the larger one, pairs of equal values counting half. */
  readonly u: number;
  /** u over all pairs: the chance that a value of the candidate is larger than one of the base, equal ones counting half. 0.5: no difference. */
  readonly probability: number;
  /** Rank-biserial correlation, 2 · probability − 1: −1 all smaller, 0 no difference, 1 all larger. */
  readonly effect: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
}

/**
 * Test of Mann and Whitney that neither of two sets of independent values tends to be larger (Annals of Mathematical Statistics 18, 1947).
 * Exact without ties up to 2,500 pairs; else by the normal approximation with corrections for ties and continuity
 * (Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 2014, section 4.1). The effect size is of Wendt (1972).
 */
export function mannWhitney(base: readonly number[], candidate: readonly number[]): MannWhitney {
  checkValues(base, 1, 'values of the base');
  checkValues(candidate, 1, 'values of the candidate');
  const { ranks, ties } = rank([...candidate, ...base]);
  let rankSum = 0;
  for (let index = 0; index < candidate.length; index++) rankSum += ranks[index] ?? 0;
  const pairs = base.length * candidate.length;
  const u = rankSum - (candidate.length * (candidate.length + 1)) / 2;
  const isExact = ties === 0 && pairs <= mostPairsCounted;
  return {
    u,
    probability: u / pairs,
    effect: (2 * u) / pairs - 1,
    pValue: isExact ? exactP(u, base.length, candidate.length) : normalP(u, base.length, candidate.length, ties),
    method: isExact ? 'exact' : 'normal',
  };
}

function exactP(u: number, m: number, n: number): number {
  const distribution = rankSumDistribution(m, n);
  let tail = 0;
  // The smaller tail; the distribution is symmetric.
  for (let value = 0; value <= Math.min(u, m * n - u); value++) tail += distribution[value] ?? 0;
  return Math.min(1, 2 * tail);
}

function normalP(u: number, m: number, n: number, ties: number): number {
  const all = m + n;
  const variance = ((m * n) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (!(variance > 0)) return 1; // all values are equal
  return Math.min(1, 2 * normalAbove((Math.abs(u - (m * n) / 2) - 0.5) / Math.sqrt(variance)));
}
