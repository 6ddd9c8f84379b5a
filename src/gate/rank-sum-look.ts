import { deviation, median } from '../stats/moments.ts';
import { normalQuantile } from '../stats/normal.ts';
import { rankSumAbove, rankSumShift } from '../stats/rank-sum-shift.ts';
import { shareOf } from './change.ts';
import type { Bounds, Dropped, RowReason, StageResult } from './decision.ts';
import { type Threshold, thresholdOf } from './estimate.ts';
import { type Finding, findingOf, natural } from './judge-look.ts';
import type { Metric } from './metric.ts';

/** Figures of a metric by round, each of a fresh process, in the order in which they were measured. All above 0. */
export interface RoundSeries {
  readonly base: readonly number[];
  readonly head: readonly number[];
  /** Rounds of both, valid or not. */
  readonly attempted: number;
  readonly dropped: readonly Dropped[];
}

export interface RankSumLook {
  readonly finding: Finding;
  readonly result: StageResult;
  readonly reasons: readonly RowReason[];
  /** Logarithms: of how many times as bad head is, its upper bound, and what the machine drifted. */
  readonly worse: number;
  readonly high: number | null;
  readonly drift: number;
  readonly threshold: Threshold;
}

/**
 * Judges rounds of two runs that were measured one after the other. Between two such runs a machine changes by more than any interval from within
 * them tells (Welch's test on such rounds finds a difference between equal versions in 18 to 60 % of cases on a noisy machine). So the interval of the
 * rank-sum test is widened on either side by the drift, and the p value is that of a change beyond threshold and drift together: see
 * bench/stored-simulation.mjs for how often that errs. Without an interval, which takes four rounds a side at 95 %, the figures describe and judge nothing.
 */
export function judgeRankSum(metric: Metric, series: RoundSeries, level: number): RankSumLook {
  const worse = (value: number) => (metric.better === 'lower' ? Math.log(value) : -Math.log(value));
  const [base, head] = [series.base.map(worse), series.head.map(worse)];
  const { value, interval } = rankSumShift(base, head, level);
  const middle = median(Float64Array.from(series.base).sort());
  const threshold = thresholdOf(metric, middle);
  const drift = Math.SQRT2 * Math.max(halvesApart(base), halvesApart(head));
  const widened = interval === null ? null : { value, low: interval.low - drift, high: interval.high + drift };
  const canFail = widened !== null && Number.isFinite(threshold.worse);
  const finding = widened === null ? 'open' : findingOf(widened, threshold);
  const spread = pooledDeviation(base, head);
  const result: StageResult = {
    stage: 'look',
    look: widened === null ? 0 : 1,
    pairs: Math.min(base.length, head.length),
    rounds: { base: base.length, head: head.length },
    attempted: series.attempted,
    dropped: series.dropped,
    base: middle,
    head: median(Float64Array.from(series.head).sort()),
    change: natural(metric, widened ?? { value, low: null, high: null }),
    method: 'rank-sum',
    level,
    attained: interval?.attained ?? null,
    outliers: 0,
    contaminated: false,
    pairedT: null,
    minimumDetectable: canFail && spread > 0 ? shareOf(threshold.worse + drift + reach(base, head, level)) : null,
    selfNoise: widened === null ? null : shareOf(drift),
    pValue: canFail ? rankSumAbove(base, head, threshold.worse + drift) : null,
    adjusted: null,
  };
  const reasons = reasonsOf(metric, { finding, widened, drift, threshold, rounds: [base.length, head.length] });
  return { finding, result, reasons, worse: value, high: widened?.high ?? null, drift, threshold };
}

/** With so many rounds on each side there is an interval of 95 % whatever the figures are. */
const fewestRounds = 4;

interface Found {
  readonly finding: Finding;
  readonly widened: Bounds | null;
  readonly drift: number;
  readonly threshold: Threshold;
  readonly rounds: readonly [number, number];
}

function reasonsOf(metric: Metric, { finding, widened, drift, threshold, rounds }: Found): RowReason[] {
  if (widened === null) {
    return [{ code: 'DESCRIPTIVE_ONLY', need: fewestRounds, have: `base: ${rounds[0]}, head: ${rounds[1]}` }];
  }
  if (finding === 'pass') {
    const isBelowFloor = threshold.isFloor && (widened.high ?? 0) >= Math.log1p(metric.margin);
    return isBelowFloor ? [{ code: 'BELOW_FLOOR', need: metric.floor, have: null }] : [];
  }
  if (finding !== 'open') return [];
  return drift > threshold.worse
    ? [{ code: 'NOISE_EXCEEDS_MARGIN', need: shareOf(threshold.worse), have: shareOf(drift) }]
    : [{ code: 'MARGIN_IN_INTERVAL', need: null, have: null }];
}

/**
 * How far the first and the last half of a run lie apart, as the estimate of Hodges and Lehmann: equal versions, measured one after the other. Two
 * whole runs lie √2 times as far apart where the level of the machine walks at random.
 */
function halvesApart(values: readonly number[]): number {
  const half = Math.floor(values.length / 2);
  if (half === 0) return 0;
  return Math.abs(rankSumShift(values.slice(0, half), values.slice(values.length - half)).value);
}

/** What the level and four of five gates ask for beyond the threshold, by the normal approximation; widened as in `leastDetectable`. */
function reach(base: readonly number[], head: readonly number[], level: number): number {
  const z = normalQuantile((1 + level) / 2) + normalQuantile(0.8);
  const error = pooledDeviation(base, head) * Math.sqrt(1 / base.length + 1 / head.length);
  return z * Math.sqrt(Math.PI / 3) * error;
}

function pooledDeviation(base: readonly number[], head: readonly number[]): number {
  const degrees = base.length + head.length - 2;
  const squares = [base, head].reduce(
    (sum, set) => sum + (set.length < 2 ? 0 : deviation(set) ** 2 * (set.length - 1)),
    0,
  );
  return degrees > 0 ? Math.sqrt(squares / degrees) : 0;
}
