import { checkLevel, checkValues } from './check-values.ts';
import type { Interval } from './interval.ts';
import { mean } from './moments.ts';
import { normalBelow, normalQuantile } from './normal.ts';
import { generator, integer } from './random.ts';

export interface BootstrapOptions {
  readonly seed: number;
  readonly level?: number;
  /** Draws; 2,000 unless told: enough for the tails of a 95 % interval (Efron and Tibshirani 1993, section 19.3, ask for 1,000). */
  readonly resamples?: number;
}

/**
 * Interval of any statistic of independent values by the bias-corrected and accelerated bootstrap (Efron, "Better bootstrap confidence
 * intervals", Journal of the American Statistical Association 82, 1987): the statistic of sets drawn from the values with replacement,
 * its quantiles shifted by the bias z₀ and by the acceleration from leaving out one value at a time. `statistic` must not keep or
 * change the array that it is given. Below about 30 values the interval is too narrow. null for fewer than two values,
 * and where the statistic of all drawn sets lies on one side of that of the values, so that there is no bias to correct by.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (values: Float64Array) => number,
  { seed, level = 0.95, resamples = 2_000 }: BootstrapOptions,
): Interval | null {
  checkValues(values, 0);
  checkLevel(level);
  if (!Number.isInteger(resamples) || resamples < 100) {
    throw new RangeError(`Expected at least 100 resamples, got ${resamples}.`);
  }
  if (values.length < 2) return null;
  const given = Float64Array.from(values);
  const value = statistic(given);
  const drawn = redraw(given, statistic, seed, resamples);
  if (drawn[0] === drawn[resamples - 1]) return drawn[0] === value ? { value, low: value, high: value } : null;
  const bias = normalBias(drawn, value);
  if (bias === null) return null;
  const acceleration = accelerationOf(given, statistic);
  const end = (p: number): number => {
    const shifted = bias + normalQuantile(p);
    return quantile(drawn, normalBelow(bias + shifted / (1 - acceleration * shifted)));
  };
  return { value, low: end((1 - level) / 2), high: end((1 + level) / 2) };
}

/** The statistic of drawn sets, in rising order. */
function redraw(given: Float64Array, statistic: (values: Float64Array) => number, seed: number, resamples: number) {
  const source = generator(seed);
  const set = new Float64Array(given.length);
  const drawn = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw++) {
    for (let index = 0; index < set.length; index++) set[index] = given[integer(source, given.length)] ?? 0;
    drawn[draw] = statistic(set);
  }
  return drawn.sort();
}

/** z₀: the normal quantile of the share of drawn statistics below the value, equal ones counting half. */
function normalBias(drawn: Float64Array, value: number): number | null {
  let below = 0;
  for (const one of drawn) below += one < value ? 1 : one === value ? 0.5 : 0;
  return below === 0 || below === drawn.length ? null : normalQuantile(below / drawn.length);
}

/** Skewness of the statistic as each value is left out in turn (Efron 1987, equation 7.3 by the jackknife). */
function accelerationOf(given: Float64Array, statistic: (values: Float64Array) => number): number {
  const others = new Float64Array(given.length - 1);
  const without = Float64Array.from(given, (_, left) => {
    others.set(given.subarray(0, left));
    others.set(given.subarray(left + 1), left);
    return statistic(others);
  });
  const centre = mean(without);
  let squares = 0;
  let cubes = 0;
  for (const one of without) {
    squares += (centre - one) ** 2;
    cubes += (centre - one) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Quantile of values in rising order, between neighbours in proportion (type 7 of Hyndman and Fan 1996). */
function quantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
