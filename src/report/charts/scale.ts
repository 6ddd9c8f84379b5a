/** A unit for an axis: a value in base units times `perBase` is the figure that the axis shows. */
export interface AxisUnit {
  readonly name: string;
  readonly perBase: number;
}

/** The unit in which the largest of some durations in seconds has one to four digits before the point. */
export function timeUnit(largestSeconds: number): AxisUnit {
  if (largestSeconds >= 10) return { name: 's', perBase: 1 };
  if (largestSeconds >= 1e-3) return { name: 'ms', perBase: 1e3 };
  return { name: 'µs', perBase: 1e6 };
}

/** As {@link timeUnit}, for sizes in bytes. */
export function sizeUnit(largestBytes: number): AxisUnit {
  if (largestBytes >= 10 * 2 ** 30) return { name: 'GiB', perBase: 2 ** -30 };
  if (largestBytes >= 2 ** 20) return { name: 'MiB', perBase: 2 ** -20 };
  return { name: 'KiB', perBase: 2 ** -10 };
}

/** Scale of a quantitative axis, and where its ticks are. */
export interface Axis {
  readonly type: 'log' | 'linear';
  readonly domain: [number, number];
  readonly ticks: { readonly tickCount: number } | { readonly values: number[] };
}

/**
 * The quantitative axis for values from `least` to `largest`: logarithmic where the largest is more than `ratio` times the
 * least (small values would otherwise lie on top of each other), else linear from zero.
 */
export function axisFor(least: number, largest: number, ratio = 20): Axis {
  const wide = least > 0 && largest / least > ratio;
  if (!wide) return { type: 'linear', domain: [0, largest > 0 ? largest * 1.04 : 1], ticks: { tickCount: 5 } };
  const domain: [number, number] = [least / 1.15, largest * 1.15];
  return { type: 'log', domain, ticks: { values: logTicks(domain) } };
}

/** 1, 2 and 5 of each decade within the domain; of many decades only the 1. */
function logTicks([from, to]: readonly [number, number]): number[] {
  const decades = Array.from(
    { length: Math.ceil(Math.log10(to)) - Math.floor(Math.log10(from)) + 1 },
    (_, index) => 10 ** (Math.floor(Math.log10(from)) + index),
  );
  const all = decades
    .flatMap((decade) => [decade, 2 * decade, 5 * decade])
    .filter((value) => value >= from && value <= to);
  return all.length <= 7 ? all : decades.filter((value) => value >= from && value <= to);
}

/** A figure with four significant digits: what a chart can show, and fewer bytes. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Least and largest of the numbers among some values, null when there is none. */
export function extent(values: Iterable<number | null | undefined>): [number, number] | null {
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!isNumber(value)) continue;
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return least <= largest ? [least, largest] : null;
}
