import { expect, test } from 'vitest';
import { percentile, samplesNeeded } from '../../src/stats/percentile.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

test('p90 of 0 to 99 is 90', () => {
  expect(percentile(range(100), 0.9)).toEqual({ value: 90, reason: null }); // floor(100 · 0.9) = 90, counted from 0
});

test('a percentile is never between two values', () => {
  expect(percentile([...new Array(10).fill(1), 2], 0.5).value).toBe(1); // floor(11 · 0.5) = 5
});

test('p99 of ten values is withheld and says that 662 would do', () => {
  expect(percentile(range(10), 0.99)).toEqual({
    value: null,
    reason: { code: 'TOO_FEW_SAMPLES', need: 662, have: 10 },
  });
  expect(percentile(range(661), 0.99).value).toBeNull();
  expect(percentile(range(662), 0.99).value).toBe(655); // floor(662 · 0.99) = floor(655.38)
});

test('the median of no values is withheld', () => {
  expect(percentile([], 0.5)).toEqual({ value: null, reason: { code: 'TOO_FEW_SAMPLES', need: 11, have: 0 } });
});

test('the floors are those of early stopping with one sample above', () => {
  // The published floors of MLPerf's early stopping, h(1) + 1 at 99 % confidence.
  const floors = { 0.5: 11, 0.75: 24, 0.8: 31, 0.9: 64, 0.95: 130, 0.97: 219, 0.99: 662, 0.999: 6_636, 0.9999: 66_381 };
  for (const [p, floor] of Object.entries(floors)) expect(samplesNeeded(Number(p))).toBe(floor);
});

test.each([0, 1, -0.1, Number.NaN])('%d is no percentile', (p) => {
  expect(() => percentile([1], p)).toThrow(/0 < p < 1/);
});
