/*
 * Base units inside (seconds, bytes, items), prefixes only when printing. Three significant digits: more would claim a precision
 * that a measurement on a general-purpose machine does not have. The same text on every machine, whatever its locale.
 */

const absent = '–';

/** A duration with the unit that fits: `850 ns`, `12.3 µs`, `4.56 ms`, `7.89 s`; from two minutes on `3 min 20 s`, `2 h 05 min`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return absent;
  const size = Math.abs(seconds);
  if (size >= 7200) return inTwo(seconds, 3600, 'h', 60, 'min');
  if (size >= 120) return inTwo(seconds, 60, 'min', 1, 's');
  return scaled(seconds, [
    [1, 's'],
    [1e-3, 'ms'],
    [1e-6, 'µs'],
    [1e-9, 'ns'],
  ]);
}

/** An energy with the unit that fits: `850 µJ`, `12.3 mJ`, `4.56 J`, `7.89 kJ`. */
export function formatJoules(joules: number): string {
  return scaled(joules, [
    [1e6, 'MJ'],
    [1e3, 'kJ'],
    [1, 'J'],
    [1e-3, 'mJ'],
    [1e-6, 'µJ'],
  ]);
}

/** A size in powers of 1,024: `512 B`, `97.8 MiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B'],
  ]);
}

/** A rate in items per second: `12.3 items/s`, `4,560 items/s`. */
export function formatThroughput(itemsPerSecond: number): string {
  return Number.isFinite(itemsPerSecond) ? `${formatNumber(itemsPerSecond)} items/s` : absent;
}

/** A quantity in powers of 1,000, as data sheets write it: `312 TFLOP/s`, `2.04 TB/s`. `unit` is what stands behind the prefix. */
export function formatDecimal(value: number, unit: string): string {
  return scaled(value, [
    [1e15, `P${unit}`],
    [1e12, `T${unit}`],
    [1e9, `G${unit}`],
    [1e6, `M${unit}`],
    [1e3, `k${unit}`],
    [1, unit],
  ]);
}

/** A whole number with its thousands apart: `1,234,567`. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? grouped(count.toFixed(0)) : absent;
}

/** A share: 0.984 is `98.4 %`. */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${formatNumber(share * 100)} %` : absent;
}

/** How many times as much: `1.25 ×`. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${formatNumber(ratio)} ×` : absent;
}

/** A plain number with at least three significant digits: `0.00123`, `12.3`, `4,560`, `123,457`. Whole numbers stay whole. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return absent;
  if (Number.isInteger(value)) return grouped(value.toFixed(0));
  const size = Math.abs(value);
  if (size >= 100) return grouped(value.toFixed(0));
  if (size < 1e-6) return grouped(value.toExponential(2));
  // toPrecision, not a count of decimals: 9.999 has to become 10.0 and not 10.00.
  return grouped(value.toPrecision(3));
}

/** `value` in the largest unit in which it is at least 1 after rounding, so that 999.9 µs is 1 ms and not 1,000 µs. */
function scaled(value: number, units: readonly (readonly [number, string])[]): string {
  if (!Number.isFinite(value)) return absent;
  const last = units[units.length - 1];
  if (value === 0) return `0 ${units.find(([size]) => size === 1)?.[1] ?? ''}`;
  const fitting = units.find(([size]) => Number((Math.abs(value) / size).toPrecision(3)) >= 1) ?? last;
  if (fitting === undefined) return absent;
  const [size, name] = fitting;
  // Without trailing zeros: 1.50 GiB claims nothing that 1.5 GiB does not.
  return `${grouped(String(Number((value / size).toPrecision(value / size >= 1000 ? 4 : 3))))} ${name}`;
}

function inTwo(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const sign = seconds < 0 ? '−' : '';
  const whole = Math.round(Math.abs(seconds) / small);
  const perLarge = large / small;
  const rest = String(whole % perLarge).padStart(2, '0');
  return `${sign}${grouped(String(Math.floor(whole / perLarge)))} ${largeName} ${rest} ${smallName}`;
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const separated = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',').replace('-', '−');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}
