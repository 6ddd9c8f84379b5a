/*
 * Early stopping as MLPerf LoadGen has it (github.com/mlcommons/inference, loadgen/early_stopping.cc; the reasoning stands in
 * loadgen/early_stopping.md there): whether the queries that were seen support a statement about a percentile. Each query lies over
 * a bound with some unknown chance; if that chance were 1 − p or more, seeing only `t` of `h + t` over the bound would be rarer
 * than 1 − confidence. Queries are taken as independent: where they are not, the statement is stronger than what was seen.
 */
import { incompleteBeta } from './incomplete-beta.ts';

export interface EarlyStoppingRule {
  /** Chance, between 0 and 1, that the statement is right. LoadGen: 0.99. */
  readonly confidence?: number;
  /** How far below `p` the share under the bound may truly be, 0 ≤ tolerance < p. LoadGen: 0. */
  readonly tolerance?: number;
}

/**
 * How many queries must lie under a bound when `over` lie over it, for percentile `p` to be under the bound: the least whole h with
 * I_(p − tolerance)(h, over + 1) < 1 − confidence. The run then has h + over queries. LoadGen agrees at its confidence of 0.99 and all
 * others from 0.8 on; below, the stretch that it searches is too short for the answer, and it stops at an end of it.
 */
export function queriesUnder(p: number, over: number, rule: EarlyStoppingRule = {}): number {
  const { share, risk } = checked(p, rule);
  if (!Number.isSafeInteger(over) || over < 0)
    throw new RangeError(`Expected over as a whole number >= 0, got ${over}.`);
  // The chance falls with h: double until it is small enough, then halve the stretch.
  let enough = 1;
  while (chanceOfFewOver(share, enough, over) >= risk) {
    enough *= 2;
    if (enough > Number.MAX_SAFE_INTEGER) throw new RangeError(`Percentile ${p} would take more than 2^53 queries.`);
  }
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (chanceOfFewOver(share, middle, over) < risk) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/**
 * The most queries of `count` that may lie over a bound for percentile `p` to be under it: the largest t with
 * queriesUnder(p, t) + t ≤ count. −1 when even none over the bound would not do.
 */
export function mostOver(p: number, count: number, rule: EarlyStoppingRule = {}): number {
  const { share, risk } = checked(p, rule);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`Expected count as a whole number >= 0, got ${count}.`);
  }
  // queriesUnder(p, t) ≤ count − t, put the other way round: one evaluation a step.
  const isAllowed = (over: number) => over < count && chanceOfFewOver(share, count - over, over) < risk;
  let allowed = -1;
  let tooMany = 1;
  while (isAllowed(tooMany - 1)) {
    allowed = tooMany - 1;
    tooMany *= 2;
  }
  let refused = tooMany - 1;
  while (refused - allowed > 1) {
    const middle = Math.floor((refused + allowed) / 2);
    if (isAllowed(middle)) allowed = middle;
    else refused = middle;
  }
  return allowed;
}

/**
 * The least value that percentile `p` is known to be under: `sorted[n − t]` of values in rising order, where t is the most that
 * may lie over the bound; null below queriesUnder(p, 1) + 1 values. LoadGen calls it the early-stopping estimate: above the
 * nearest-rank percentile by what the number of queries leaves open, and nearing it as they grow.
 */
export function earlyStoppingEstimate(
  sorted: ArrayLike<number>,
  p: number,
  rule: EarlyStoppingRule = {},
): { readonly value: number; readonly discarded: number } | null {
  const over = mostOver(p, sorted.length, rule);
  const value = sorted[sorted.length - over];
  // The bound itself counts as over: t − 1 values are left out above it.
  return over < 1 || value === undefined ? null : { value, discarded: over - 1 };
}

/** Chance of at most `over` queries over a bound, of `under` + `over` independent ones that each lie under it with chance `share`. */
function chanceOfFewOver(share: number, under: number, over: number): number {
  // Of none over the bound the closed form: no rounding where confidences such as 0.75 meet their limit exactly.
  return over === 0 ? share ** under : incompleteBeta(share, under, over + 1);
}

function checked(p: number, { confidence = 0.99, tolerance = 0 }: EarlyStoppingRule): { share: number; risk: number } {
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected 0 < p < 1, got ${p}.`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Expected 0 < confidence < 1, got ${confidence}.`);
  if (!(tolerance >= 0 && tolerance < p)) throw new RangeError(`Expected 0 <= tolerance < p (${p}), got ${tolerance}.`);
  return { share: p - tolerance, risk: 1 - confidence };
}
