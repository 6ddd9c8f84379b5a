import { expect, test } from 'vitest';
import { axisFor, extent, rounded, sizeUnit, timeUnit } from '../../../src/report/charts/scale.ts';

test('the unit of time follows the largest value', () => {
  expect([0.0005, 0.02, 30].map((seconds) => timeUnit(seconds).name)).toEqual(['µs', 'ms', 's']);
});

test('the unit of size follows the largest value', () => {
  expect([5000, 5e6, 5e10].map((bytes) => sizeUnit(bytes).name)).toEqual(['KiB', 'MiB', 'GiB']);
});

test('values within a factor of 20 have an axis from zero', () => {
  expect(axisFor(10, 200)).toEqual({ type: 'linear', domain: [0, 208], ticks: { tickCount: 5 } });
});

test('values further apart have a logarithmic axis with ticks at 1, 2 and 5', () => {
  const axis = axisFor(1, 40);
  expect(axis.type).toBe('log');
  // 1 / 1.15 = 0.87 to 40 * 1.15 = 46
  expect(axis.ticks).toEqual({ values: [1, 2, 5, 10, 20] });
});

test('an axis over many decades has ticks at their beginnings only', () => {
  expect(axisFor(1, 1e4).ticks).toEqual({ values: [1, 10, 100, 1000, 10_000] });
});

test('zero as the least value keeps the axis linear', () => {
  expect(axisFor(0, 1000).type).toBe('linear');
});

test('extent passes over what is not a number, and is null for nothing', () => {
  expect(extent([3, null, Number.NaN, undefined, 1])).toEqual([1, 3]);
  expect(extent([null, Number.POSITIVE_INFINITY])).toBeNull();
});

test('figures are rounded to four digits', () => {
  expect(rounded(0.0123456)).toBe(0.01235);
});
