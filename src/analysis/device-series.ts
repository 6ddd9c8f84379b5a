import type { Columns } from '../results/segment-file.ts';
import { pausesOf } from './observer-blocks.ts';
import type { TelemetrySeries } from './telemetry-series.ts';

/** After a pause, the first report of a device comes within this time. */
const secondsToReport = 0.4;

/** Figures of accelerators over time, and how those of several become one line. */
const figures = [
  { name: 'gpuPower', column: 'power', together: sum },
  { name: 'gpuUtilization', column: 'utilization', together: most },
  { name: 'gpuTemperature', column: 'temperature', together: most },
] as const;

/** A stretch of the line holds this many reports of a device on average, so that none is empty for want of one. */
const reportsInStretch = 1.5;

/**
 * Series of the accelerators within a window, whichever collector sampled them: their power together, the utilisation of the busiest, the
 * temperature of the hottest. They report more rarely than rows are written, so a point is the mean of a stretch of time; null where
 * a device gave nothing, though it was asked: a stretch in which sampling paused has no point.
 */
export function deviceSeries(
  columns: Columns,
  window: { readonly start: number; readonly length: number },
  maxPoints: number,
): TelemetrySeries[] {
  const pauses = pausesOf(columns, window.start);
  return figures.flatMap(({ name, column, together }): TelemetrySeries[] => {
    const ending = new RegExp(`^[^.]+\\.gpu\\d+_${column}$`);
    const devices = Object.keys(columns)
      .filter((key) => ending.test(key))
      .map((key) => reportsWithin(columns.time ?? [], columns[key] ?? [], window))
      .filter((reports) => reports.length > 0);
    if (devices.length === 0) return [];
    const most = Math.max(...devices.map((reports) => reports.length));
    const stretches = Math.max(1, Math.min(maxPoints, Math.floor(most / reportsInStretch)));
    const means = devices.map((reports) => stretchMeans(reports, window.length, stretches));
    const seconds = Array.from({ length: stretches }, (_, at) => ((at + 0.5) * window.length) / stretches);
    const values = seconds.map((_, at) => {
      const numbers = means.flatMap((device) => device[at] ?? []);
      return numbers.length < devices.length ? null : together(numbers);
    });
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return [];
    const half = window.length / stretches / 2;
    const isPaused = (at: number): boolean =>
      pauses.some(({ from, to }) => at + half > from && at - half < to + secondsToReport);
    const kept = values.flatMap((value, at) => (value === null && isPaused(seconds[at] ?? Number.NaN) ? [] : [at]));
    return [
      {
        name,
        seconds: kept.map((at) => seconds[at] ?? Number.NaN),
        values: kept.map((at) => values[at] ?? null),
        mean: known.reduce((total, value) => total + value, 0) / known.length,
      },
    ];
  });
}

type Report = readonly [seconds: number, value: number];

function reportsWithin(
  time: ArrayLike<number>,
  values: ArrayLike<number>,
  window: { readonly start: number; readonly length: number },
): Report[] {
  const reports: Report[] = [];
  for (let row = 0; row < time.length; row++) {
    const at = (time[row] ?? Number.NaN) - window.start;
    const value = values[row] ?? Number.NaN;
    if (at >= 0 && at <= window.length && Number.isFinite(value)) reports.push([at, value]);
  }
  return reports;
}

/** Mean of each of as many equal stretches of the window; null for one without a report. */
function stretchMeans(reports: readonly Report[], length: number, stretches: number): (number | null)[] {
  const sums = new Float64Array(stretches);
  const counts = new Float64Array(stretches);
  for (const [at, value] of reports) {
    const stretch = Math.min(stretches - 1, Math.floor((at / length) * stretches));
    sums[stretch] = (sums[stretch] ?? 0) + value;
    counts[stretch] = (counts[stretch] ?? 0) + 1;
  }
  return [...sums].map((total, at) => (counts[at] ? total / (counts[at] ?? 1) : null));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function most(values: readonly number[]): number {
  return Math.max(...values);
}
