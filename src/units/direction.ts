/** Units in which figures are kept: base units, without prefixes. */
export type Unit =
  | 's'
  | 'bytes'
  | 'items/s'
  | 'ratio'
  | 'count'
  | 'Hz'
  | 'W'
  | 'J'
  | 'J/item'
  | 'celsius'
  | '1/s'
  | 'dB';

export type Direction = 'lower' | 'higher' | 'neither';

const directions: Readonly<Record<Unit, Direction>> = {
  s: 'lower',
  bytes: 'lower',
  'items/s': 'higher',
  ratio: 'neither',
  count: 'neither',
  Hz: 'neither',
  W: 'lower',
  J: 'lower',
  'J/item': 'lower',
  celsius: 'neither',
  '1/s': 'neither',
  dB: 'higher',
};

/**
 * Which way a figure of that unit is better: less time, memory and energy, more items a second, more decibels of signal over noise.
 * `neither` where it depends on what is counted.
 */
export function betterDirection(unit: Unit): Direction {
  return directions[unit];
}
