import type { Interval } from '../stats/interval.ts';
import { deviation, median } from '../stats/moments.ts';
import { holm } from '../stats/multiple-comparisons.ts';
import { areTrusted, drawRowReplays, isAboveNoise, type MarginRates, ratesAt, supportedMargin } from './aa-margin.ts';
import { type SuiteRates, suiteRates } from './aa-rates.ts';
import { consecutiveGates, type MeasuredRound, measuredRounds, replayGate } from './aa-replay.ts';
import type { Dropped } from './decision.ts';
import { estimateLocation, fewestPairs, leastDetectable, pValueAbove, thresholdOf } from './estimate.ts';
import type { Metric } from './metric.ts';
import { type Pair, toldValue } from './pair.ts';
import { selfNoise } from './self-noise.ts';
import { type PairedValues, sortPairs } from './series.ts';
import type { GateSettings } from './settings.ts';

/** Gates that are replayed. None that alarms of so many leaves, with 95 %, a chance of less than 1 %. */
const defaultReplays = 400;

/** Chance that arms which are alike are called uneven, in any row. */
const unevenLevel = 0.01;
/** What arms differ by matters from this part of the threshold on. */
const unevenPart = 0.2;

/** At one number of pairs. */
export interface AaLook {
  readonly pairs: number;
  /** 95 % of the estimates of so many pairs of equal versions lie within it, as a share. */
  readonly selfNoise: number;
  /** From which change on 4 of 5 gates would find it with the margin that is set, as a share; null where it cannot be told. */
  readonly minimumDetectable: number | null;
}

/** A sampled row of a session of one version against itself. */
export interface AaRow {
  readonly metric: Metric;
  readonly attempted: number;
  readonly pairs: number;
  readonly dropped: readonly Dropped[];
  /** Median over all processes of valid pairs, in the metric's unit; null without one. */
  readonly value: number | null;
  /** Standard deviation of the logarithms of the ratios of pairs; null below two pairs. */
  readonly deviation: number | null;
  /** What the rest of it is known of: null where there are fewer than six pairs, and `reason` says so. */
  readonly known: AaKnown | null;
  readonly reason: { readonly code: 'TOO_FEW_PAIRS'; readonly need: number; readonly have: number } | null;
}

export interface AaKnown {
  /** At the planned looks. */
  readonly looks: readonly AaLook[];
  /** How much worse head was than base, with an interval of 95 %, as shares: it holds 0 where arms are alike. */
  readonly between: Interval | null;
  /** Head and base were not alike, although they are one version: another chance than luck, and enough of the margin to matter. */
  readonly isUneven: boolean;
  readonly atMargin: MarginRates;
  /** The margin that is set is at least twice the noise of the last look, and replayed gates can be trusted with it. */
  readonly isEnough: boolean;
  /** The least margin for which that holds; null: not even 100 %. */
  readonly supported: MarginRates | null;
}

/** An exact row: it must be the same in each process. */
export interface AaExact {
  readonly metric: Metric;
  /** The different values, in the order in which they came. */
  readonly values: readonly number[];
}

/** What a machine and a suite are worth, from rounds of one version against itself. */
export interface AaReport {
  /** Rounds that were measured. */
  readonly rounds: number;
  readonly rows: readonly AaRow[];
  readonly exact: readonly AaExact[];
  /** Scenarios of which two processes of a round, with the same seed, gave different answers. */
  readonly unstable: readonly string[];
  /** Gates as they would have been measured one after the other. */
  readonly consecutive: SuiteRates;
  /** Gates of the same rounds, with the two processes of each exchanged at random; null where there are too few pairs. */
  readonly replays: SuiteRates | null;
}

/**
 * What rounds of one version against itself say: how noisy its rows are, which margin that supports, and how often gates with the margins that
 * are set would raise a false alarm. A function of its arguments alone.
 */
export function aaReport(settings: GateSettings, pairs: readonly Pair[], replays = defaultReplays): AaReport {
  const rounds = measuredRounds(settings, pairs);
  const sampled = settings.metrics.filter(({ kind }) => kind === 'sampled');
  const sorted = sampled.map((metric) => ({
    metric,
    ...sortPairs(metric, ofScenario(metric, rounds), settings.limits),
  }));
  const uneven = unevenRows(sorted.map(({ metric, valid }) => ({ metric, valid })));
  const rows = sorted.map((row, index) => rowOf(row, { settings, replays, isUneven: uneven[index] ?? false, rounds }));
  const canReplay = rows.some(({ known }) => known !== null);
  return {
    rounds: rounds.length,
    rows,
    exact: settings.metrics
      .filter(({ kind }) => kind === 'exact')
      .map((metric) => ({ metric, values: exactValues(metric, rounds) })),
    unstable: unstableScenarios(rounds),
    consecutive: suiteRates(consecutiveGates(settings, rounds)),
    replays: canReplay
      ? suiteRates(Array.from({ length: replays }, (_, index) => replayGate(settings, rounds, settings.seed + index)))
      : null,
  };
}

interface Sorted {
  readonly metric: Metric;
  readonly valid: readonly PairedValues[];
  readonly dropped: readonly Dropped[];
}

interface RowPlan {
  readonly settings: GateSettings;
  readonly replays: number;
  readonly isUneven: boolean;
  readonly rounds: readonly MeasuredRound[];
}

function rowOf({ metric, valid, dropped }: Sorted, { settings, replays, isUneven, rounds }: RowPlan): AaRow {
  const worse = valid.map((pair) => pair.worse);
  const shared = {
    metric,
    attempted: rounds.length,
    pairs: valid.length,
    dropped,
    value:
      valid.length === 0 ? null : median(Float64Array.from(valid.flatMap(({ base, head }) => [base, head])).sort()),
    deviation: valid.length < 2 ? null : deviation(worse),
  };
  if (valid.length < fewestPairs) {
    return { ...shared, known: null, reason: { code: 'TOO_FEW_PAIRS', need: fewestPairs, have: valid.length } };
  }
  const base = shared.value ?? Number.NaN;
  const level = 1 - settings.alpha / settings.looks.length;
  const looks = settings.looks.map((count): AaLook => {
    const noise = selfNoise(valid, settings.seed, count) ?? 0;
    return {
      pairs: count,
      selfNoise: Math.expm1(noise),
      minimumDetectable: detectable(metric, { base, worse, level, count }),
    };
  });
  const drawn = drawRowReplays(metric, valid, settings, replays);
  const atMargin = { margin: metric.margin, ...ratesAt(metric.margin, drawn) };
  const noise = Math.log1p(looks.at(-1)?.selfNoise ?? 0);
  const { interval } = estimateLocation(worse, 0.95);
  return {
    ...shared,
    known: {
      looks,
      between:
        interval === null
          ? null
          : { value: Math.expm1(interval.value), low: Math.expm1(interval.low), high: Math.expm1(interval.high) },
      isUneven,
      atMargin,
      isEnough: isAboveNoise(metric, base, noise) && areTrusted(atMargin),
      supported: supportedMargin(drawn, base, noise),
    },
    reason: null,
  };
}

interface Detectable {
  readonly base: number;
  readonly worse: readonly number[];
  readonly level: number;
  readonly count: number;
}

/** As a gate shows it, of another number of pairs. */
function detectable(metric: Metric, { base, worse, level, count }: Detectable): number | null {
  const threshold = thresholdOf(metric, base).worse;
  if (!Number.isFinite(threshold) || !(deviation(worse) > 0)) return null;
  const above = leastDetectable(worse, level, 0) * Math.sqrt(worse.length / count);
  return Math.expm1(threshold + above);
}

/** Rows whose arms differ, Holm's method keeping the chance that any is named without cause. */
function unevenRows(rows: readonly Pick<Sorted, 'metric' | 'valid'>[]): boolean[] {
  const found = rows.map(({ metric, valid }) => {
    const worse = valid.map((pair) => pair.worse);
    if (worse.length < fewestPairs) return { pValue: 1, isLarge: false };
    const { value, method } = estimateLocation(worse, 0.95);
    const above = pValueAbove(worse, 0, method);
    const better = worse.map((one) => -one);
    const below = pValueAbove(better, 0, method);
    const base = median(Float64Array.from(valid, (pair) => pair.base).sort());
    const isLarge = Math.abs(value) >= unevenPart * thresholdOf(metric, base).worse;
    return { pValue: Math.min(1, 2 * Math.min(above, below)), isLarge };
  });
  const adjusted = holm(found.map(({ pValue }) => pValue));
  return found.map(({ isLarge }, index) => isLarge && (adjusted[index] ?? 1) <= unevenLevel);
}

function ofScenario({ scenario }: Metric, rounds: readonly MeasuredRound[]): Pair[] {
  return rounds.flatMap((round) => round.filter((pair) => pair.scenario === scenario));
}

function exactValues(metric: Metric, rounds: readonly MeasuredRound[]): number[] {
  const values = ofScenario(metric, rounds).flatMap(({ base, head }) =>
    [base, head].flatMap((side) => (side.outcome === 'measured' ? (toldValue(side, metric.metric) ?? []) : [])),
  );
  return [...new Set(values)];
}

/** Both processes of a round draw from the same seed, those of different rounds do not. */
function unstableScenarios(rounds: readonly MeasuredRound[]): string[] {
  const unstable = rounds.flat().filter(({ base, head }) => {
    if (base.outcome === 'failed' || head.outcome === 'failed') return false;
    return base.outputs !== null && head.outputs !== null && base.outputs !== head.outputs;
  });
  return [...new Set(unstable.map(({ scenario }) => scenario))];
}
