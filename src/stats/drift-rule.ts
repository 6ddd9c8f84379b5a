import { effectiveSize } from './autocorrelation.ts';
import { checkValues } from './check-values.ts';
import { mannKendall } from './mann-kendall.ts';
import { deviation, mean } from './moments.ts';
import { normalAbove, normalQuantile } from './normal.ts';
import { pettitt } from './pettitt.ts';

/** From how much on variation, drift and shift count, as shares of the mean, and from which p value on a test has found nothing. */
export const driftBounds = { variation: 0.1, drift: 0.03, shift: 0.05, significance: 0.05 } as const;

/** Values that a series is judged by: means of stretches that are long against its correlation, as far as it is long enough for that. */
const buckets = { least: 12, most: 32 } as const;
/** How many times the correlation time a bucket lasts, if there are enough of them. */
const correlationTimes = 2;
/** The two levels, the place of the change and the mean are taken out before the correlation is looked at, and some of it goes with each. */
const fitted = 4;
/** The correlation time is taken from so many means of stretches at most: its lags are as many. */
const mostForCorrelation = 128;

export type SteadyVerdict = 'plateau' | 'up' | 'down' | 'none';

export interface DriftRuling {
  /**
   * `up`, `down`: a trend or a sudden change of level that is too large for chance. `none`: neither, yet too restless to call
   * it steady. `plateau`: steady.
   */
  readonly verdict: SteadyVerdict;
  /** How many bucket means it was judged by. */
  readonly buckets: number;
  /** Standard deviation of the bucket means over their mean. */
  readonly variation: number;
  /** Change from the first to the last bucket along the line of Theil and Sen, as a share of the mean. */
  readonly drift: number;
  /** Of the Mann–Kendall test for a trend. */
  readonly trendP: number;
  /** A sudden change of level, where it explains more than a straight line; `at`: how many values lie before it. */
  readonly levelShift: {
    readonly at: number;
    readonly before: number;
    readonly after: number;
    readonly p: number;
  } | null;
  /** From which value on the rest, half of the buckets at least, is a plateau; 0 when all is. null: none is. */
  readonly plateauFrom: number | null;
  /** How many successive values are worth one independent one, trend and shift taken out. */
  readonly correlationTime: number;
}

/**
 * Whether a series of at least four values that are not negative, such as mean latencies of stretches of a window, stands still: rule M14.
 *
 * It is judged by the means of 12 to 32 buckets (all values, when there are fewer), each as long as twice the correlation time where the
 * series is long enough for that. Where it is not, the variance of both tests is multiplied by what is missing: a series that holds
 * three independent values shows no trend. Steady is one whose bucket means
 *
 * - have no trend at 5 % (Mann–Kendall, with the correction of Hamed and Rao where it makes the variance larger), or drift by less than 3 %,
 * - have no change of level at 5 % (Pettitt), or one of less than 5 %, or one that a straight line explains better,
 * - and vary by less than 10 %.
 *
 * The plateau is the earliest stretch to the end that is steady, never the best. docs/statistics.md has how often it finds what.
 */
export function driftRule(values: readonly number[]): DriftRuling {
  checkValues(values, 4);
  const negative = values.findIndex((value) => value < 0);
  if (negative >= 0) throw new RangeError(`Expected values of at least 0, got ${values[negative]} at ${negative}.`);
  const coarse = stretchMeans(values, Math.min(values.length, mostForCorrelation));
  const seen = effectiveSize(restless(coarse)).correlationTime;
  const time = seen * (1 + (fitted * seen) / coarse.length);
  const independent = coarse.length / (correlationTimes * time);
  const count = Math.min(values.length, Math.max(buckets.least, Math.min(buckets.most, Math.floor(independent))));
  const means = stretchMeans(values, count);
  // What a bucket is too short by multiplies the variance of a sum of neighbours.
  const inflation = Math.max(1, count / independent);

  const startOf = (bucket: number) => stretchStart(bucket, values.length, count);
  const { levelShift, ...whole } = judge(means, inflation);
  return {
    ...whole,
    buckets: count,
    levelShift: levelShift && { ...levelShift, at: startOf(levelShift.at) },
    plateauFrom: firstPlateau(means, inflation, startOf),
    correlationTime: Math.max(1, (time * values.length) / coarse.length),
  };
}

/** How far bucket means stand still. */
export interface Movement {
  readonly mean: number;
  /** Standard deviation of the values over their mean. */
  readonly variation: number;
  /** Change from the first to the last value along the line of Theil and Sen, as a share of the mean. */
  readonly drift: number;
  /** Of the Mann–Kendall test for a trend. */
  readonly trendP: number;
}

/** The movement of at least four values that are not negative. If all are 0, nothing moves. */
export function movement(values: readonly number[]): Movement {
  const { slope, pValue, correction } = mannKendall(values);
  // On ranks that happen to alternate the correction makes the variance smaller, and finds twice the trends in noise that it should.
  const trendP = correction >= 1 ? pValue : mannKendall(values, { correlation: 'ignore' }).pValue;
  const middle = mean(values);
  if (middle === 0) return { mean: 0, variation: 0, drift: 0, trendP };
  const drift = (slope * (values.length - 1)) / middle;
  return { mean: middle, variation: deviation(values) / middle, drift, trendP };
}

type Judgement = Pick<DriftRuling, 'verdict' | 'variation' | 'drift' | 'trendP' | 'levelShift'>;

/** `inflation`: by what the variance of both tests is multiplied. */
function judge(means: readonly number[], inflation: number): Judgement {
  const { variation, drift, trendP: uncorrected } = movement(means);
  const trendP = inflatedNormal(uncorrected, inflation);
  const levelShift = findShift(means, inflation);
  const isTrend = trendP < driftBounds.significance && Math.abs(drift) >= driftBounds.drift;
  const rise = isTrend ? drift : levelShift === null ? 0 : levelShift.after - levelShift.before;
  const still = variation < driftBounds.variation ? 'plateau' : 'none';
  return { verdict: rise > 0 ? 'up' : rise < 0 ? 'down' : still, variation, drift, trendP, levelShift };
}

function findShift(means: readonly number[], inflation: number): DriftRuling['levelShift'] {
  const { before: at, pValue } = pettitt(means);
  // Its p value is 2 exp(−K² / variance · …): as if K² were smaller by the inflation.
  const p = Math.min(1, 2 * (pValue / 2) ** (1 / inflation));
  const [before, after] = [mean(means.slice(0, at)), mean(means.slice(at))];
  if (p >= driftBounds.significance || Math.abs(after - before) < driftBounds.shift * before) return null;
  const fromLevels = squares(means.map((value, index) => value - (index < at ? before : after)));
  return fromLevels < squares(withoutLine(means)) ? { at, before, after, p } : null;
}

/**
 * The earliest stretch to the end that is steady. Ranks do not tell a few values at its beginning from chance, whatever their size: the first
 * one has to lie among those of its later half.
 */
function firstPlateau(means: readonly number[], inflation: number, startOf: (bucket: number) => number): number | null {
  const last = Math.min(Math.floor(means.length / 2), means.length - 4);
  for (let from = 0; from <= last; from++) {
    const rest = means.slice(from);
    if (judge(rest, inflation).verdict === 'plateau' && (from === 0 || beginsLikeItEnds(rest))) return startOf(from);
  }
  return null;
}

/** Whether the first value differs from the mean of the later half by less than a shift that counts, or three standard deviations. */
function beginsLikeItEnds(values: readonly number[]): boolean {
  const later = values.slice(Math.floor(values.length / 2));
  const level = mean(later);
  return Math.abs((values[0] ?? level) - level) <= Math.max(driftBounds.shift * level, 3 * deviation(later));
}

/** A two-sided p value of a normal statistic whose variance is larger by `inflation` than it was taken to be. */
function inflatedNormal(p: number, inflation: number): number {
  if (inflation === 1 || p >= 1) return p;
  // Below 10⁻¹⁵ the quantile of 1 − p / 2 is out of reach of a double.
  return 2 * normalAbove(normalQuantile(1 - Math.max(p, 1e-15) / 2) / Math.sqrt(inflation));
}

/** What is left of a series without its straight line or its change of level, whichever explains more of it. */
function restless(values: readonly number[]): number[] {
  const [line, step] = [withoutLine(values), withoutStep(values)];
  return squares(line) < squares(step) ? line : step;
}

/** Residuals of the line of least squares. */
function withoutLine(values: readonly number[]): number[] {
  const middle = (values.length - 1) / 2;
  const level = mean(values);
  let [products, spread] = [0, 0];
  for (const [index, value] of values.entries()) {
    products += (index - middle) * (value - level);
    spread += (index - middle) ** 2;
  }
  return values.map((value, index) => value - level - (products / spread) * (index - middle));
}

/** Residuals of the two levels of least squares, neither of less than a sixteenth of the values. */
function withoutStep(values: readonly number[]): number[] {
  const count = values.length;
  const total = mean(values) * count;
  const least = Math.max(1, Math.ceil(count / 16));
  let [sum, at, best] = [0, least, -1];
  for (const [index, value] of values.entries()) {
    const before = index + 1;
    sum += value;
    if (before < least || count - before < least) continue;
    const gain = ((sum / before - (total - sum) / (count - before)) ** 2 * before * (count - before)) / count;
    if (gain > best) [at, best] = [before, gain];
  }
  const [low, high] = [mean(values.slice(0, at)), mean(values.slice(at))];
  return values.map((value, index) => value - (index < at ? low : high));
}

/** Means of `count` stretches of about equal length. */
function stretchMeans(values: readonly number[], count: number): number[] {
  if (count === values.length) return [...values];
  return Array.from({ length: count }, (_, stretch) =>
    mean(values.slice(stretchStart(stretch, values.length, count), stretchStart(stretch + 1, values.length, count))),
  );
}

function stretchStart(stretch: number, length: number, count: number): number {
  return Math.floor((stretch * length) / count);
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
