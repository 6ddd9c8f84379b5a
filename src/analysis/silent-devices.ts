import type { Columns } from '../results/segment-file.ts';

/** A device that reported no more while another one of its collector went on. */
export interface SilentDevice {
  /** Such as `gpu1`. */
  readonly device: string;
  /** Of its last report, in seconds from the start of the window; null: it reported nothing in it. */
  readonly untilSeconds: number | null;
  /** The others, which reported to the end, and what they drew on average; null: not told. */
  readonly others: readonly { readonly device: string; readonly meanPowerWatts: number | null }[];
}

/** Devices report a few times a second, each in its turn: so much later, one that others are ahead of is gone. */
const secondsBehind = 1;

/** The devices that fell silent within a window: what is told of all devices together ends with them. */
export function silentDevices(
  columns: Columns,
  window: { readonly start: number; readonly length: number },
): readonly SilentDevice[] {
  const prefixes = Object.keys(columns).flatMap((name) => /^[^.]+\.gpu\d+(?=_)/.exec(name)?.[0] ?? []);
  const devices = [...new Set(prefixes)].map((prefix) => ({
    collector: prefix.slice(0, prefix.indexOf('.')),
    device: prefix.slice(prefix.indexOf('.') + 1),
    last: lastReport(columns, prefix, window),
    meanPowerWatts: meanWithin(columns.time ?? [], columns[`${prefix}_power`] ?? [], window),
  }));
  return devices.flatMap(({ collector, device, last }): SilentDevice[] => {
    const others = devices.filter((other) => other.collector === collector && isAhead(other.last, last));
    if (others.length === 0) return [];
    return [
      {
        device,
        untilSeconds: last,
        others: others.map((other) => ({ device: other.device, meanPowerWatts: other.meanPowerWatts })),
      },
    ];
  });
}

function isAhead(other: number | null, own: number | null): boolean {
  return other !== null && other - (own ?? 0) > secondsBehind;
}

/** The last row within the window in which any figure of the device stands that it reports itself. */
function lastReport(
  columns: Columns,
  prefix: string,
  { start, length }: { start: number; length: number },
): number | null {
  const time = columns.time ?? [];
  const own = Object.entries(columns).flatMap(([name, values]) =>
    name.startsWith(`${prefix}_`) && !name.endsWith('_foreign_processes') ? [values] : [],
  );
  for (let row = time.length - 1; row >= 0; row--) {
    const at = (time[row] ?? Number.NaN) - start;
    if (!(at >= 0 && at <= length)) continue;
    if (own.some((values) => Number.isFinite(values[row]))) return at;
  }
  return null;
}

function meanWithin(
  time: ArrayLike<number>,
  values: ArrayLike<number>,
  { start, length }: { start: number; length: number },
): number | null {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < time.length; row++) {
    const at = (time[row] ?? Number.NaN) - start;
    const value = values[row] ?? Number.NaN;
    if (!(at >= 0 && at <= length) || !Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}
