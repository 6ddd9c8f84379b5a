import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mannKendall } from '../../src/stats/mann-kendall.ts';

test('four values are worked out by hand', () => {
  // Pairs of 1, 3, 2, 4: five rise, one falls. Slopes 2, ½, 1, −1, ½, 2: median ¾. Variance 4·3·13/18 = 26/3; z = 3/√(26/3) = 1.0190.
  const trend = mannKendall([1, 3, 2, 4], { correlation: 'ignore' });
  expect(trend).toMatchObject({ s: 4, tau: 4 / 6, slope: 0.75, correction: 1 });
  expect(trend.pValue).toBeCloseTo(0.3082, 4); // 2 · (1 − Φ(1.0190))
});

test('equal values have no trend', () => {
  expect(mannKendall([2, 2, 2, 2, 2])).toEqual({ s: 0, tau: 0, slope: 0, pValue: 1, correction: 1 });
});

interface Golden {
  readonly values: number[];
  readonly s: number;
  readonly tau: number;
  readonly slope: number;
  readonly plain: number;
  readonly corrected: number;
  readonly correction: number;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).trends;
test.each(golden)('pymannkendall finds the same of $values.length values', (given) => {
  const plain = mannKendall(given.values, { correlation: 'ignore' });
  expect(plain.s).toBe(given.s);
  expect(plain.tau).toBeCloseTo(given.tau, 12);
  expect(plain.slope).toBeCloseTo(given.slope, 12);
  expect(plain.pValue).toBeCloseTo(given.plain, 10);
  const corrected = mannKendall(given.values);
  expect(corrected.correction).toBeCloseTo(given.correction, 10);
  expect(corrected.pValue).toBeCloseTo(given.corrected, 10);
});

test('fewer than four values, and more than fit, are refused', () => {
  expect(() => mannKendall([1, 2, 3])).toThrow(/at least 4 values, got 3/);
  expect(() => mannKendall(new Array(5_001).fill(0))).toThrow(/at most 5000 values/);
});
