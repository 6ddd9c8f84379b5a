import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { percentile, samplesBelow, samplesNeeded } from '../../src/stats/percentile.ts';

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

test('with none above, 0.5^h must be below 1 %: seven', () => {
  expect(samplesBelow(0.5, 0)).toBe(7); // 0.5^6 = 1.6 %, 0.5^7 = 0.8 %
});

test.each([0, 1, -0.1, Number.NaN])('%d is no percentile', (p) => {
  expect(() => percentile([1], p)).toThrow(/0 < p < 1/);
});

const table = '../shared/data/loadgen-early-stopping.json';
test.skipIf(!existsSync(table))('every row that MLPerf LoadGen 6.0.17 computed is met exactly', () => {
  const rows = JSON.parse(readFileSync(table, 'utf8')) as { t: number; p: number; c: number; h: number }[];
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(({ t, p, c, h }) => samplesBelow(p, t, c) !== h)).toEqual([]);
});
