import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { signAbove, signInterval, signTest } from '../../src/stats/sign-test.ts';

test('five of five positive is 2 / 32, whatever their sizes', () => {
  expect(signTest([1, 100, 0.1, 3, 2, 0])).toEqual({ positive: 5, negative: 0, pValue: expect.closeTo(1 / 16, 14) });
});

test('as many up as down, and none at all, say nothing', () => {
  expect(signTest([1, -1]).pValue).toBe(1);
  expect(signTest([0]).pValue).toBe(1);
});

test('a value that equals the bound counts as lying below it', () => {
  // Of five values two do not lie above 2: P(B ≤ 2) = (1 + 5 + 10) / 32.
  expect(signAbove([1, 2, 3, 4, 5], 2)).toBeCloseTo(16 / 32, 14);
  expect(signAbove([3, 3, 3, 3, 3], 2)).toBeCloseTo(1 / 32, 14);
  expect(signAbove([3, 3, 3, 3, 3], 3)).toBe(1);
});

interface Golden {
  readonly differences: number[];
  readonly positive: number;
  readonly negative: number;
  readonly pValue: number;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).signTest;
test.each(golden)('scipy finds the same of $differences.length differences', ({ differences, pValue, ...counts }) => {
  const found = signTest(differences);
  expect(found).toMatchObject(counts);
  expect(found.pValue).toBeCloseTo(pValue, 12);
});

test('the median of six values lies between the least and the largest with 1 − 2/64', () => {
  expect(signInterval([6, 1, 5, 2, 4, 3])).toEqual({
    value: 3.5,
    low: 1,
    high: 6,
    lowRank: 1,
    highRank: 6,
    attained: expect.closeTo(1 - 2 / 64, 14),
  });
  expect(signInterval([1, 2, 3, 4, 5])).toEqual({ code: 'TOO_FEW_SAMPLES', need: 6, have: 5 });
});
