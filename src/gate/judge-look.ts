import { meanInterval } from '../stats/interval.ts';
import { deviation, median } from '../stats/moments.ts';
import type { Bounds, RowReason, StageResult } from './decision.ts';
import { estimateLocation, fewestPairs, leastDetectable, pValueAbove, thresholdOf } from './estimate.ts';
import type { Metric } from './metric.ts';
import type { Stage } from './pair.ts';
import { selfNoise } from './self-noise.ts';
import type { PairedValues, Series } from './series.ts';

/** What the interval of one look says, before other rows are considered. */
export type Finding = 'worse' | 'improved' | 'pass' | 'open';

export interface Look {
  readonly finding: Finding;
  /** Why it is open, or what else is to be said. */
  readonly reasons: readonly RowReason[];
  readonly result: StageResult;
}

/** Which look at how many pairs: counted from 1, 0 before the first. */
export interface LookPlan {
  readonly stage: Stage;
  readonly look: number;
  readonly pairs: number;
  readonly level: number;
  readonly seed: number;
}

/**
 * Judges the first `pairs` valid pairs of a row. Worse: the whole interval lies above the threshold. Pass: the whole interval lies below it, so
 * that "no regression" is shown. Improved: below its mirror image. Otherwise open, as it is wherever the machine's own noise exceeds the
 * threshold, and with fewer pairs than an interval takes.
 */
export function judgeLook(metric: Metric, series: Series, plan: LookPlan): Look {
  const judged = series.valid.slice(0, plan.pairs);
  if (judged.length === 0) return { finding: 'open', reasons: [], result: emptyResult(series, plan) };

  const differences = judged.map(({ worse }) => worse);
  const base = middle(judged, 'base');
  const threshold = thresholdOf(metric, base);
  const estimate = estimateLocation(differences, plan.level);
  const { interval, method, outliers, contaminated } = estimate;
  const noise = selfNoise(judged, plan.seed);
  const canSpread = judged.length >= 2 && deviation(differences) > 0;
  const detectable =
    canSpread && Number.isFinite(threshold.worse) ? leastDetectable(differences, plan.level, threshold.worse) : null;

  const result: StageResult = {
    stage: plan.stage,
    look: plan.look,
    pairs: judged.length,
    attempted: series.attempted,
    dropped: series.dropped,
    base,
    head: middle(judged, 'head'),
    change: natural(metric, { value: estimate.value, low: interval?.low ?? null, high: interval?.high ?? null }),
    method,
    level: plan.level,
    attained: interval?.attained ?? null,
    outliers,
    contaminated,
    pairedT: pairedT(metric, differences, plan.level),
    minimumDetectable: detectable === null ? null : Math.expm1(detectable),
    selfNoise: noise === null ? null : Math.expm1(noise),
    pValue: Number.isFinite(threshold.worse) ? pValueAbove(differences, threshold.worse, method) : 1,
    adjusted: null,
  };
  const bySigns: RowReason[] = contaminated ? [{ code: 'SIGN_INTERVAL', need: null, have: outliers }] : [];

  if (plan.look === 0 || judged.length < fewestPairs || interval === null) {
    const need = Math.max(plan.pairs, estimate.need);
    return { finding: 'open', reasons: [{ code: 'TOO_FEW_PAIRS', need, have: judged.length }], result };
  }
  if (noise !== null && noise > threshold.worse) {
    const reason = { code: 'NOISE_EXCEEDS_MARGIN', need: Math.expm1(threshold.worse), have: Math.expm1(noise) };
    return { finding: 'open', reasons: [reason, ...bySigns], result };
  }
  if (interval.low > threshold.worse) return { finding: 'worse', reasons: bySigns, result };
  if (interval.high < -threshold.better) return { finding: 'improved', reasons: bySigns, result };
  if (interval.high < threshold.worse) {
    // Told only where the margin alone would not have let it pass.
    const isByFloor = threshold.isFloor && interval.high >= Math.log1p(metric.margin);
    const below: RowReason[] = isByFloor ? [{ code: 'BELOW_FLOOR', need: metric.floor, have: null }] : [];
    return { finding: 'pass', reasons: [...below, ...bySigns], result };
  }
  return { finding: 'open', reasons: bySigns, result };
}

function middle(pairs: readonly PairedValues[], arm: 'base' | 'head'): number {
  return median(Float64Array.from(pairs, (pair) => pair[arm]).sort());
}

/** Logarithms of how many times as bad, as head / base − 1: of a metric that is better higher, the ends change places. */
function natural({ better }: Metric, { value, low, high }: Bounds): Bounds {
  if (better === 'lower') return { value: Math.expm1(value), low: expm1(low), high: expm1(high) };
  return {
    value: Math.expm1(-value),
    low: expm1(high === null ? null : -high),
    high: expm1(low === null ? null : -low),
  };
}

function expm1(value: number | null): number | null {
  return value === null ? null : Math.expm1(value);
}

function pairedT(metric: Metric, differences: readonly number[], level: number): Bounds | null {
  const interval = meanInterval(differences, level);
  return interval === null ? null : natural(metric, interval);
}

function emptyResult(series: Series, plan: LookPlan): StageResult {
  return {
    stage: plan.stage,
    look: 0,
    pairs: 0,
    attempted: series.attempted,
    dropped: series.dropped,
    base: null,
    head: null,
    change: null,
    method: 'signed-rank',
    level: plan.level,
    attained: null,
    outliers: 0,
    contaminated: false,
    pairedT: null,
    minimumDetectable: null,
    selfNoise: null,
    pValue: null,
    adjusted: null,
  };
}
