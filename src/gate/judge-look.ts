import { type Interval, meanInterval } from '../stats/interval.ts';
import { deviation, median } from '../stats/moments.ts';
import { shareOf } from './change.ts';
import type { Bounds, RowReason, StageResult } from './decision.ts';
import {
  estimateLocation,
  fewestPairs,
  type LocationEstimate,
  leastDetectable,
  pValueAbove,
  type Threshold,
  thresholdOf,
} from './estimate.ts';
import type { Metric } from './metric.ts';
import type { Stage } from './pair.ts';
import { isNoisierThan, selfNoise } from './self-noise.ts';
import type { PairedValues, Series } from './series.ts';

/** What the interval of one look says, before other rows are considered. */
export type Finding = 'worse' | 'improved' | 'pass' | 'open';

export interface Look {
  readonly finding: Finding;
  /** One-sided, that the change is beyond the threshold. */
  readonly pValue: number;
  /** All that is shown of it. Asked for of a row's last look only, as drawing the self-noise is most of the work; without `withNoise` nothing is told of it. */
  readonly describe: (withNoise: boolean) => { readonly result: StageResult; readonly reasons: readonly RowReason[] };
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
  if (judged.length === 0) return nothingYet(series, plan);

  const differences = judged.map(({ worse }) => worse);
  const threshold = thresholdOf(metric, middle(judged, 'base'));
  const estimate = estimateLocation(differences, plan.level);
  const { interval, method } = estimate;
  const pValue = Number.isFinite(threshold.worse) ? pValueAbove(differences, threshold.worse, method) : 1;
  const isTooFew = plan.look === 0 || judged.length < fewestPairs || interval === null;
  const byInterval = isTooFew ? 'open' : findingOf(interval, threshold);

  return {
    finding: byInterval === 'open' || isNoisierThan(threshold.worse, judged, plan.seed) ? 'open' : byInterval,
    pValue,
    describe: (withNoise) => {
      const noise = withNoise ? selfNoise(judged, plan.seed) : null;
      const reasons: RowReason[] = [];
      if (isTooFew) {
        reasons.push({ code: 'TOO_FEW_PAIRS', need: Math.max(plan.pairs, estimate.need), have: judged.length });
      } else if (noise !== null && noise > threshold.worse) {
        const have = shareOf(noise);
        reasons.push({ code: 'NOISE_EXCEEDS_MARGIN', need: shareOf(threshold.worse), have });
      } else if (byInterval === 'pass' && threshold.isFloor && interval.high >= Math.log1p(metric.margin)) {
        // Told only where the margin alone would not have let it pass.
        reasons.push({ code: 'BELOW_FLOOR', need: metric.floor, have: null });
      }
      if (estimate.contaminated) reasons.push({ code: 'SIGN_INTERVAL', need: null, have: estimate.outliers });
      const result = resultOf(metric, series, plan, {
        judged,
        differences,
        threshold,
        estimate,
        pValue,
        noise,
      });
      return { result, reasons };
    },
  };
}

/** What an interval says by itself. */
export function findingOf({ low, high }: Interval, { worse, better }: Threshold): Finding {
  if (low > worse) return 'worse';
  if (high < -better) return 'improved';
  return high < worse ? 'pass' : 'open';
}

interface Judged {
  readonly judged: readonly PairedValues[];
  readonly differences: readonly number[];
  readonly threshold: Threshold;
  readonly estimate: LocationEstimate;
  readonly pValue: number;
  readonly noise: number | null;
}

function resultOf(
  metric: Metric,
  series: Series,
  { stage, look, level }: LookPlan,
  { judged, differences, threshold, estimate, pValue, noise }: Judged,
): StageResult {
  const { value, interval, method, outliers, contaminated } = estimate;
  const canDetect = judged.length >= 2 && deviation(differences) > 0 && Number.isFinite(threshold.worse);
  return {
    stage,
    look,
    pairs: judged.length,
    attempted: series.attempted,
    dropped: series.dropped,
    base: middle(judged, 'base'),
    head: middle(judged, 'head'),
    change: natural(metric, { value, low: interval?.low ?? null, high: interval?.high ?? null }),
    method,
    level,
    attained: interval?.attained ?? null,
    outliers,
    contaminated,
    pairedT: pairedT(metric, differences, level),
    minimumDetectable: canDetect ? shareOf(leastDetectable(differences, level, threshold.worse)) : null,
    selfNoise: noise === null ? null : shareOf(noise),
    pValue,
    adjusted: null,
  };
}

function middle(pairs: readonly PairedValues[], arm: 'base' | 'head'): number {
  return median(Float64Array.from(pairs, (pair) => pair[arm]).sort());
}

/** Logarithms of how many times as bad, as head / base − 1: of a metric that is better higher, the ends change places. */
export function natural({ better }: Metric, { value, low, high }: Bounds): Bounds {
  const share = (logarithm: number | null) => (logarithm === null ? null : shareOf(logarithm));
  if (better === 'lower') return { value: shareOf(value), low: share(low), high: share(high) };
  return {
    value: shareOf(-value),
    low: share(high === null ? null : -high),
    high: share(low === null ? null : -low),
  };
}

function pairedT(metric: Metric, differences: readonly number[], level: number): Bounds | null {
  const interval = meanInterval(differences, level);
  return interval === null ? null : natural(metric, interval);
}

function nothingYet(series: Series, plan: LookPlan): Look {
  const result: StageResult = {
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
  const reasons: RowReason[] = [{ code: 'TOO_FEW_PAIRS', need: plan.pairs, have: 0 }];
  return { finding: 'open', pValue: 1, describe: () => ({ result, reasons }) };
}
