import type { Reason } from '../results/events.ts';
import type { Case, Run } from '../results/run.ts';
import { logContrast } from '../stats/log-contrast.ts';
import { mean } from '../stats/moments.ts';
import { whyNoRatio } from './compare-runs.ts';

/** A ratio of times with its 95 % interval over rounds; `reason` says why there is no value, or no interval. */
export interface SpeedEffect {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Rounds that it is of: those that all its cases have, where they took turns. */
  readonly rounds: number;
  readonly reason: Reason | null;
}

/** A case in a product of powers of times: 1 above the line, −1 below it. */
export interface WeightedCase {
  readonly one: Case;
  readonly weight: number;
}

/**
 * What stands for the speed of a case. `query`: the median time of a query. `item`: the time an item at the throughput, where queries wait for
 * each other (`offline`, `closed_loop`) or the rate is what was searched for, so that the time of a query says how long the queue was.
 */
export type SpeedMeasure = 'query' | 'item';

/** Where load comes by a schedule of its own, both cases have the same one, and the time of a query is the answer. */
export function speedMeasure({ kind, rate }: Case['scenario']): SpeedMeasure {
  return kind === 'offline' || kind === 'closed_loop' || rate === 'search' ? 'item' : 'query';
}

/**
 * Product of powers of the times of some cases of one run. Of a ratio of two, weight 1 for the base and −1 for the other, it is how many
 * times as fast the other is. Rounds of a run that interleaves are paired by their number: all cases took a turn in each, so that what
 * befell a whole round cancels. Rounds of a run that takes one case after the other are independent sets (Welch).
 * `rounds`: only those numbers, so that effects that shall multiply are of the same rounds.
 */
export function speedEffect(
  terms: readonly WeightedCase[],
  { policy }: Pick<Run, 'policy'>,
  rounds: ReadonlySet<number> | null = null,
): SpeedEffect {
  const none = { value: null, low: null, high: null, rounds: 0 };
  const unmeasured = whyNoRatio(terms.map(({ one }) => one));
  if (unmeasured !== null) return { ...none, reason: unmeasured };
  const series = terms.map(({ one, weight }) => ({ one, weight, byRound: timesByRound(one) }));
  const empty = series.find(({ byRound }) => byRound.size === 0);
  if (empty !== undefined) return { ...none, reason: whyNoTimes(empty.one) };

  const design = isPaired(policy) ? 'paired' : 'unpaired';
  const shared = commonRounds(series.map(({ byRound }) => byRound)).filter((round) => rounds?.has(round) ?? true);
  const values = series.map(({ weight, byRound }) => ({
    weight,
    values: design === 'paired' ? shared.flatMap((round) => byRound.get(round) ?? []) : [...byRound.values()],
  }));
  const count = Math.min(...values.map((term) => term.values.length));
  const interval = logContrast(values, design);
  if (interval !== null) return { ...interval, rounds: count, reason: null };
  const reason =
    policy.rounds < 2
      ? { code: 'ONE_ROUND', need: 2, have: count }
      : { code: 'ROUNDS_LOST', need: 2, have: `${count} of ${policy.rounds}` };
  if (count === 0) return { ...none, reason };
  const logarithm = values.reduce((sum, term) => sum + term.weight * mean(term.values.map(Math.log)), 0);
  return { value: Math.exp(logarithm), low: null, high: null, rounds: count, reason };
}

/** Whether cases took turns within every round. */
export function isPaired({ order }: Run['policy']): boolean {
  return order === 'interleaved';
}

/** Numbers of the rounds that all of some cases have a time for. */
export function roundsInCommon(cases: readonly Case[]): ReadonlySet<number> {
  return new Set(commonRounds(cases.map(timesByRound)));
}

function commonRounds(series: readonly ReadonlyMap<number, number>[]): number[] {
  const [first, ...others] = series;
  return first === undefined ? [] : [...first.keys()].filter((round) => others.every((other) => other.has(round)));
}

/** Seconds a query or an item by the number of the round, of rounds that ended well. */
function timesByRound({ rounds, scenario }: Case): ReadonlyMap<number, number> {
  const measure = speedMeasure(scenario);
  const times = new Map<number, number>();
  for (const { status, round, summary } of rounds) {
    if (status !== 'ok' || summary === null) continue;
    const { p50, throughput } = summary;
    if (measure === 'query' && p50 !== null && p50 > 0) times.set(round, p50);
    if (measure === 'item' && throughput !== null && throughput > 0) times.set(round, 1 / throughput);
  }
  return times;
}

function whyNoTimes({ scenario, rounds, reasons }: Case): Reason {
  const figure = speedMeasure(scenario) === 'query' ? 'p50' : 'throughput';
  const given = rounds.flatMap((_, index) => reasons[`rounds.${index}.summary.${figure}`] ?? []);
  return given[0] ?? { code: 'NO_SAMPLES', need: null, have: null };
}
