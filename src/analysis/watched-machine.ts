import type { Columns } from '../results/segment-file.ts';
import { observerBlocks, pausesOf } from './observer-blocks.ts';
import { type Throttling, throttlingOf } from './throttling.ts';

/** What the sampler saw of the machine while a round was measured. What no column tells is null. */
export interface WatchedMachine {
  /** Rows within the window. */
  readonly rows: number;
  /** Seconds of the window that were to be sampled: without the pauses that tell what sampling costs. */
  readonly sampledSeconds: number;
  /** The rate of sampling where the telemetry tells it. */
  readonly hertz: number | null;
  /** The longest time of the window without a row, its edges included. */
  readonly longestGapSeconds: number;
  /** Cores of the whole machine that were busy, mean over time. */
  readonly busyCores: number | null;
  /** Share of all cores that the hypervisor gave to other machines, mean over time. */
  readonly stealShare: number | null;
  /** Seconds a second for which the CPU quota kept threads from running, summed over cores. */
  readonly throttled: number | null;
  readonly cpuClock: Change | null;
  readonly devices: readonly WatchedDevice[];
}

export interface WatchedDevice {
  /** Prefix of its columns, such as `gpu0`. */
  readonly device: string;
  /** null also for a device at rest. */
  readonly clock: Change | null;
  readonly temperature: Change | null;
  /** The most processes of others that computed on it before or after the round. */
  readonly foreignProcesses: number | null;
  readonly throttling: readonly Throttling[];
}

/** Mean over the first and the last third of the readings. */
export interface Change {
  readonly first: number;
  readonly last: number;
}

/** Fewer readings within the window make no thirds worth comparing. */
const leastReadings = 6;

interface Window {
  readonly start: number;
  readonly length: number;
}

/**
 * Reads the rows of a round's telemetry. Shares and rates of a row are over the time since the row before it, so that their means are
 * weighted by that time: a pause of the sampler counts as what the row behind it says.
 * @param window On the clock of the column `time`, in seconds.
 * @param logicalCores Of the whole machine: `cpu_busy` is a share of them.
 */
export function watchedMachine(columns: Columns, window: Window, logicalCores: number): WatchedMachine {
  const time = columns.time ?? new Float64Array();
  const within: number[] = [];
  let longestGapSeconds = 0;
  let before = window.start;
  for (let row = 0; row < time.length; row++) {
    const at = time[row] ?? Number.NaN;
    if (!(at >= window.start && at <= window.start + window.length)) continue;
    within.push(row);
    longestGapSeconds = Math.max(longestGapSeconds, at - before);
    before = at;
  }
  longestGapSeconds = Math.max(longestGapSeconds, window.start + window.length - before);

  const busy = timeMean(time, columns['machine.cpu_busy'] ?? columns['machine-portable.cpu_busy'], within);
  const throttling = throttlingOf(columns, window);
  return {
    rows: within.length,
    sampledSeconds: window.length - pausedSeconds(columns, window),
    hertz: observerBlocks(columns, window.start)?.hertz ?? null,
    longestGapSeconds,
    busyCores: busy === null ? null : busy * logicalCores,
    stealShare: timeMean(time, columns['machine.cpu_steal'], within),
    throttled: timeMean(time, columns['machine.cgroup_throttled'], within),
    cpuClock: change(columns['machine.cpu_clock'], within),
    devices: devicesOf(columns).map(({ device, prefix }) => ({
      device,
      clock: isAtRest(columns[`${prefix}_utilization`], within) ? null : change(columns[`${prefix}_sm_clock`], within),
      temperature: change(columns[`${prefix}_temperature`], within),
      foreignProcesses: most(columns[`${prefix}_foreign_processes`]),
      throttling: throttling.filter((one) => one.device === device),
    })),
  };
}

function pausedSeconds(columns: Columns, { start, length }: Window): number {
  return pausesOf(columns, start).reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(to, length) - Math.max(from, 0)),
    0,
  );
}

/** Accelerators that have any column, by the collector that sampled them. */
function devicesOf(columns: Columns): { device: string; prefix: string }[] {
  const prefixes = Object.keys(columns).flatMap((name) => /^[^.]+\.gpu\d+(?=_)/.exec(name)?.[0] ?? []);
  return [...new Set(prefixes)].map((prefix) => ({ prefix, device: prefix.slice(prefix.indexOf('.') + 1) }));
}

/** Mean over time of a column of shares or rates; null when no row within has a number. */
function timeMean(
  time: ArrayLike<number>,
  values: ArrayLike<number> | undefined,
  within: readonly number[],
): number | null {
  let sum = 0;
  let seconds = 0;
  for (const row of within) {
    const value = values?.[row] ?? Number.NaN;
    // The first row of a file has none before it.
    const since = (time[row] ?? Number.NaN) - (time[row - 1] ?? Number.NaN);
    if (!Number.isFinite(value) || !(since > 0)) continue;
    sum += value * since;
    seconds += since;
  }
  return seconds > 0 ? sum / seconds : null;
}

function change(values: ArrayLike<number> | undefined, within: readonly number[]): Change | null {
  const readings = within.flatMap((row) => {
    const value = values?.[row] ?? Number.NaN;
    return Number.isFinite(value) ? [value] : [];
  });
  if (readings.length < leastReadings) return null;
  const third = Math.floor(readings.length / 3);
  return { first: meanOf(readings.slice(0, third)), last: meanOf(readings.slice(-third)) };
}

/** Whether a device is shown to have done nothing: then its clock falls by itself. */
function isAtRest(utilization: ArrayLike<number> | undefined, within: readonly number[]): boolean {
  const readings = within.flatMap((row) => {
    const value = utilization?.[row] ?? Number.NaN;
    return Number.isFinite(value) ? [value] : [];
  });
  return readings.length > 0 && readings.every((value) => value === 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The greatest number in the whole file: what is counted before and after a round lies outside of its window. */
function most(values: ArrayLike<number> | undefined): number | null {
  let greatest: number | null = null;
  for (let row = 0; row < (values?.length ?? 0); row++) {
    const value = values?.[row] ?? Number.NaN;
    if (Number.isFinite(value) && (greatest === null || value > greatest)) greatest = value;
  }
  return greatest;
}
