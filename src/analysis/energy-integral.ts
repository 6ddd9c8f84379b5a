import type { Reason } from '../results/events.ts';
import { deviation } from '../stats/moments.ts';

/** Samples of one sensor, in the order of time. */
export interface SensorSamples {
  readonly seconds: readonly number[];
  readonly values: readonly number[];
}

/** Start and length of the measured window, on the clock of the samples. */
export interface EnergyWindow {
  readonly start: number;
  readonly seconds: number;
}

/** No interval between two samples of power may be longer: what was drawn in between is not known. (M20 of InferenceX's power protocol.) */
const longestGapSeconds = 3;
/** Samples of power within the window, or steps of a counter, below which the figure would be that of a moment. */
const leastWithin = 2;

/**
 * Samples that are numbers, in the order of time, with those of one instant as their mean. `age` says how long before `time` each was taken.
 */
export function sensorSamples(
  time: ArrayLike<number>,
  values: ArrayLike<number>,
  age?: ArrayLike<number>,
): SensorSamples {
  const taken: { at: number; sum: number; count: number }[] = [];
  const order: { at: number; value: number }[] = [];
  for (let row = 0; row < time.length; row++) {
    const late = age === undefined ? 0 : (age[row] ?? Number.NaN);
    const at = (time[row] ?? Number.NaN) - (Number.isFinite(late) ? late : 0);
    const value = values[row] ?? Number.NaN;
    if (Number.isFinite(at) && Number.isFinite(value)) order.push({ at, value });
  }
  order.sort((a, b) => a.at - b.at);
  for (const { at, value } of order) {
    const last = taken.at(-1);
    if (last !== undefined && last.at === at) {
      last.sum += value;
      last.count++;
    } else taken.push({ at, sum: value, count: 1 });
  }
  return { seconds: taken.map(({ at }) => at), values: taken.map(({ sum, count }) => sum / count) };
}

/**
 * Energy in joules that power samples in watts make over the window: trapezoids between the samples, Σ (Pᵢ + Pᵢ₊₁) / 2 · Δt, with the power at
 * both edges of the window interpolated. A reason instead where the samples do not lie on both sides of the window, leave a gap of more
 * than 3 s in it, or are fewer than two within it.
 */
export function integratePower(samples: SensorSamples, window: EnergyWindow): number | Reason {
  const end = window.start + window.seconds;
  const bracket = bracketOf(samples, window);
  if (!Array.isArray(bracket)) return bracket;
  const [first, last] = bracket;
  let joules = 0;
  let within = 0;
  for (let index = first; index < last; index++) {
    const [from, to] = [samples.seconds[index] ?? Number.NaN, samples.seconds[index + 1] ?? Number.NaN];
    if (to - from > longestGapSeconds) return reason('ENERGY_GAP', longestGapSeconds, to - from);
    const [left, right] = [Math.max(from, window.start), Math.min(to, end)];
    joules += ((valueAt(samples, index, left) + valueAt(samples, index, right)) / 2) * (right - left);
    if (from >= window.start && from <= end) within++;
  }
  const lastSeconds = samples.seconds[last] ?? Number.NaN;
  if (last > first && lastSeconds >= window.start && lastSeconds <= end) within++;
  return within < leastWithin ? reason('WINDOW_TOO_SHORT_FOR_SENSOR', leastWithin, within) : joules;
}

/**
 * Energy in joules over the window from a counter that only grows: its difference between both edges, interpolated between the readings
 * around each. A reason instead where the readings do not lie on both sides, the counter fell (a reset), or it stepped less than twice: over
 * so short a window it says nothing.
 */
export function counterDifference(samples: SensorSamples, window: EnergyWindow): number | Reason {
  const bracket = bracketOf(samples, window);
  if (!Array.isArray(bracket)) return bracket;
  const [first, last] = bracket;
  let steps = 0;
  for (let index = first; index < last; index++) {
    const grown = (samples.values[index + 1] ?? Number.NaN) - (samples.values[index] ?? Number.NaN);
    if (grown < 0) return reason('COUNTER_RESET', null, null);
    if (grown > 0) steps++;
  }
  if (steps < leastWithin) return reason('WINDOW_TOO_SHORT_FOR_SENSOR', leastWithin, steps);
  const edges = [first, last - 1].map((index) => {
    const gap = (samples.seconds[index + 1] ?? Number.NaN) - (samples.seconds[index] ?? Number.NaN);
    return gap > longestGapSeconds ? gap : 0;
  });
  const gap = Math.max(...edges);
  if (gap > 0) return reason('ENERGY_GAP', longestGapSeconds, gap);
  const end = window.start + window.seconds;
  return valueAt(samples, last - 1, end) - valueAt(samples, first, window.start);
}

/** How many readings lie within a window, and how far they lie apart. */
export interface Readings {
  readonly readings: number;
  /** Standard deviation (n − 1), in the unit of the samples; 0 of a single one. */
  readonly spread: number;
}

/** The readings of a sensor within the window. */
export function readingsWithin({ seconds, values }: SensorSamples, window: EnergyWindow): Readings {
  const end = window.start + window.seconds;
  const within = values.filter((_, index) => {
    const at = seconds[index] ?? Number.NaN;
    return at >= window.start && at <= end;
  });
  return { readings: within.length, spread: within.length < 2 ? 0 : deviation(within) };
}

/** The power that an energy counter tells from step to step, in watts, at the end of each step. Readings without a step count to the next one. */
export function powerOfCounter({ seconds, values }: SensorSamples): SensorSamples {
  const power: { readonly at: number; readonly watts: number }[] = [];
  let from = 0;
  for (let index = 1; index < values.length; index++) {
    const grown = (values[index] ?? Number.NaN) - (values[from] ?? Number.NaN);
    if (grown === 0) continue;
    const at = seconds[index] ?? Number.NaN;
    if (grown > 0) power.push({ at, watts: grown / (at - (seconds[from] ?? Number.NaN)) });
    from = index;
  }
  return { seconds: power.map(({ at }) => at), values: power.map(({ watts }) => watts) };
}

/** Indices of the last sample at or before the window and of the first at or after it. */
function bracketOf({ seconds }: SensorSamples, window: EnergyWindow): [number, number] | Reason {
  const end = window.start + window.seconds;
  const first = seconds.findLastIndex((at) => at <= window.start);
  const last = seconds.findIndex((at) => at >= end);
  if (seconds.length < 2) return reason('NO_POWER_SAMPLES', 2, seconds.length);
  if (first < 0)
    return reason('ENERGY_NOT_BRACKETED', 'a sample before the window', `${late(seconds[0], window.start)}`);
  if (last < 0) return reason('ENERGY_NOT_BRACKETED', 'a sample after the window', `${late(end, seconds.at(-1))}`);
  return [first, last];
}

function late(later = Number.NaN, earlier = Number.NaN): string {
  return `${(later - earlier).toFixed(2)} s without one`;
}

/** The value at a time between samples `index` and `index + 1`, on the line between them. */
function valueAt({ seconds, values }: SensorSamples, index: number, at: number): number {
  const [from, to] = [seconds[index] ?? Number.NaN, seconds[index + 1] ?? Number.NaN];
  const [low, high] = [values[index] ?? Number.NaN, values[index + 1] ?? Number.NaN];
  return low + ((high - low) * (at - from)) / (to - from);
}

function reason(code: string, need: Reason['need'], have: Reason['have']): Reason {
  return { code, need, have };
}
