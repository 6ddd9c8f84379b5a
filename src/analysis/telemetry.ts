import type { Run } from '../results/run.ts';
import { deviceSeries } from './device-series.ts';
import type { ReadSamples } from './scan-samples.ts';
import { type SilentDevice, silentDevices } from './silent-devices.ts';
import type { TelemetrySeries } from './telemetry-series.ts';
import { type Throttling, throttlingOf } from './throttling.ts';

type Case = Run['cases'][number];

/** What the sampler saw during the window of the first finished round of a case. Times are seconds from the start of the window. */
export interface CaseTelemetry {
  readonly round: number;
  readonly series: readonly TelemetrySeries[];
  /** What slowed accelerators down. */
  readonly throttling: readonly Throttling[];
  /** Devices that reported no more while others went on. */
  readonly silent: readonly SilentDevice[];
}

/** Where each series comes from, in order of preference, and what a sample is multiplied by. */
const sources = [
  { name: 'processCores', columns: ['process.cpu_cores'], perCore: false },
  { name: 'machineCores', columns: ['machine.cpu_busy', 'machine-portable.cpu_busy'], perCore: true },
  { name: 'rssBytes', columns: ['process.rss_bytes'], perCore: false },
] as const;

/**
 * Series of CPU, memory and accelerators over the window of a case's first finished round that has telemetry, each thinned to at most `maxPoints` by
 * the mean of equal stretches. A series of which no sample could be read is left out; null when there is no telemetry at all.
 * `logicalCores` turns the machine's busy share into cores.
 */
export async function caseTelemetry(
  { rounds }: Case,
  logicalCores: number,
  readSamples: ReadSamples,
  maxPoints = 300,
): Promise<CaseTelemetry | null> {
  const round = rounds.find(({ status, telemetry }) => status === 'ok' && telemetry !== null);
  if (round?.telemetry == null || round.summary === null) return null;
  const columns = await readSamples(round.telemetry);
  const { windowStart, windowSeconds } = round.summary;
  const time = columns.time ?? new Float64Array();
  const series = sources.flatMap(({ name, columns: candidates, perCore }): TelemetrySeries[] => {
    const values = candidates.map((candidate) => columns[candidate]).find((column) => column?.some(Number.isFinite));
    if (values === undefined) return [];
    const thinned = thin(
      time,
      values,
      { start: windowStart, length: windowSeconds },
      perCore ? logicalCores : 1,
      maxPoints,
    );
    return thinned === null ? [] : [{ name, ...thinned }];
  });
  const window = { start: windowStart, length: windowSeconds };
  const devices = deviceSeries(columns, window, maxPoints);
  return {
    round: round.round,
    series: [...series, ...devices],
    throttling: throttlingOf(columns, window),
    silent: silentDevices(columns, window),
  };
}

function thin(
  time: ArrayLike<number>,
  samples: ArrayLike<number>,
  window: { readonly start: number; readonly length: number },
  factor: number,
  maxPoints: number,
): Omit<TelemetrySeries, 'name'> | null {
  const seconds: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < time.length; row++) {
    const at = (time[row] ?? Number.NaN) - window.start;
    if (!(at >= 0 && at <= window.length)) continue;
    seconds.push(at);
    values.push((samples[row] ?? Number.NaN) * factor);
  }
  const mean = finiteMean(values);
  if (mean === null) return null;
  const stretch = Math.ceil(values.length / maxPoints);
  const starts = Array.from({ length: Math.ceil(values.length / stretch) }, (_, index) => index * stretch);
  return {
    seconds: starts.flatMap((start) => finiteMean(seconds.slice(start, start + stretch)) ?? []),
    values: starts.map((start) => finiteMean(values.slice(start, start + stretch))),
    mean,
  };
}

/** Mean of the values that are numbers; null when none is. */
function finiteMean(values: readonly number[]): number | null {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
