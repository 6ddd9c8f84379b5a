import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generator, normal } from '../../src/stats/random.ts';
import { ratioInterval, welchTest } from '../../src/stats/welch.ts';

test('the difference of 1, 2, 3 and 4, 6, 8 is worked out by hand', () => {
  // Means 2 and 6; variances of the means 1/3 and 4/3, together 5/3; t = 4 / √(5/3) = 3.0984;
  // degrees (5/3)² / ((1/3)²/2 + (4/3)²/2) = (25/9) / (17/18) = 50/17.
  const test = welchTest([1, 2, 3], [4, 6, 8]);
  expect(test?.difference.value).toBe(4);
  expect(test?.statistic).toBeCloseTo(4 / Math.sqrt(5 / 3), 12);
  expect(test?.degrees).toBeCloseTo(50 / 17, 12);
});

interface Golden {
  readonly base: number[];
  readonly candidate: number[];
  readonly statistic: number;
  readonly degrees: number;
  readonly pValue: number;
  readonly low: number;
  readonly high: number;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).welch;
test.each(golden)(
  'scipy finds the same of $base.length and $candidate.length values',
  ({ base, candidate, ...wanted }) => {
    const found = welchTest(base, candidate);
    expect(found?.statistic).toBeCloseTo(wanted.statistic, 9);
    expect(found?.degrees).toBeCloseTo(wanted.degrees, 9);
    expect((found?.pValue ?? 0) / wanted.pValue).toBeCloseTo(1, 9);
    expect(found?.difference.low).toBeCloseTo(wanted.low, 9);
    expect(found?.difference.high).toBeCloseTo(wanted.high, 9);
  },
);

test('sets that do not spread differ for certain or not at all', () => {
  expect(welchTest([2, 2], [3, 3])).toMatchObject({ difference: { value: 1, low: 1, high: 1 }, pValue: 0 });
  expect(welchTest([2, 2], [2, 2])).toMatchObject({ statistic: 0, pValue: 1 });
});

test('one value a set has no interval', () => {
  expect(welchTest([1], [1, 2])).toBeNull();
  expect(ratioInterval([1], [1, 2])).toBeNull();
  expect(ratioInterval([1, 2], [1])).toBeNull();
});

test('95 % of the intervals of a ratio hold the truth, also when the two sets spread differently', () => {
  const source = generator(2);
  const draws = 4_000;
  let held = 0;
  for (let draw = 0; draw < draws; draw++) {
    const base = Array.from({ length: 5 }, () => Math.exp(0.02 * normal(source)));
    const candidate = Array.from({ length: 5 }, () => 1.25 * Math.exp(0.1 * normal(source)));
    const interval = ratioInterval(base, candidate);
    if (interval !== null && interval.low <= 1.25 && 1.25 <= interval.high) held++;
  }
  // Welch's degrees of freedom are an approximation: half a per cent is allowed for it beside three standard errors.
  expect(Math.abs(held / draws - 0.95)).toBeLessThan(0.0153);
});

test('the ratio is that of the geometric means, and swaps into its inverse', () => {
  const ratio = ratioInterval([1, 4], [4, 4]); // geometric means 2 and 4
  const inverse = ratioInterval([4, 4], [1, 4]);
  expect(ratio?.value).toBeCloseTo(2, 14);
  expect(inverse?.low).toBeCloseTo(1 / (ratio?.high ?? 0), 10);
});

test('equal values leave no doubt, and values that are not positive have no ratio', () => {
  const certain = ratioInterval([2, 2], [3, 3]);
  expect(certain?.low).toBe(certain?.high);
  expect(certain?.value).toBeCloseTo(1.5, 14);
  expect(() => ratioInterval([0, 1], [1, 1])).toThrow(/positive values/);
});
