import type { Columns } from '../results/segment-file.ts';

/** Why a device was slower than it was asked to be, and for how much of the time. */
export interface Throttling {
  /** Column prefix of the device, such as `gpu0`. */
  readonly device: string;
  readonly reason: string;
  /** Share of the device's reports within the window. */
  readonly share: number;
}

/**
 * Bits of `clocks_event_reasons.active` that slow a device down (nvmlClocksEventReasons of NVML). The others say what it does by itself at
 * rest or was told to do: 0x1 idle, 0x2 application clocks, 0x10 sync boost, 0x100 display clocks.
 */
const slowing: readonly { readonly bit: number; readonly reason: string }[] = [
  { bit: 0x4, reason: 'software power cap' },
  { bit: 0x8, reason: 'hardware slowdown' },
  { bit: 0x20, reason: 'software thermal slowdown' },
  { bit: 0x40, reason: 'hardware thermal slowdown' },
  { bit: 0x80, reason: 'hardware power brake' },
];

/** What slowed the accelerators down within a window, device by device; nothing where no reason was reported. */
export function throttlingOf(
  columns: Columns,
  window: { readonly start: number; readonly length: number },
): readonly Throttling[] {
  const time = columns.time ?? new Float64Array();
  return Object.entries(columns).flatMap(([key, values]) => {
    const device = /\.(gpu\d+)_throttle_reasons$/.exec(key)?.[1];
    if (device === undefined) return [];
    const masks: number[] = [];
    for (let row = 0; row < time.length; row++) {
      const at = (time[row] ?? Number.NaN) - window.start;
      const mask = values[row] ?? Number.NaN;
      if (at >= 0 && at <= window.length && Number.isFinite(mask)) masks.push(mask);
    }
    return slowing.flatMap(({ bit, reason }): Throttling[] => {
      const times = masks.filter((mask) => (mask & bit) !== 0).length;
      return times === 0 ? [] : [{ device, reason, share: times / masks.length }];
    });
  });
}
