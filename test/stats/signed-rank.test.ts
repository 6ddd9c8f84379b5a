import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generator, uniform } from '../../src/stats/random.ts';
import { hodgesLehmann, signedRank, signedRankAbove } from '../../src/stats/signed-rank.ts';

const golden = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8'));

test('three rising differences are worked out by hand', () => {
  // All three positive: one of the 8 sign patterns on each side.
  expect(signedRank([1, 2, 3])).toEqual({ positive: 6, count: 3, pValue: 0.25, method: 'exact' });
  // Ranks 1 and 3 positive: W = 4; its mirror image 2 has P(W ≤ 2) = 3/8.
  expect(signedRank([1, -2, 3, 0])).toEqual({ positive: 4, count: 3, pValue: 0.75, method: 'exact' });
});

test('means of two values that equal the bound count as lying below it', () => {
  // Of 1, 2, 3 the means of two are 1, 1.5, 2, 2, 2.5, 3. Above 1.5 lie all but two; 3 of 8 sign patterns have a sum of at most 2.
  expect(signedRankAbove([1, 2, 3], 1.5)).toBe(3 / 8);
  expect(signedRankAbove([1, 2, 3], 0.9)).toBe(1 / 8);
  expect(signedRankAbove([2, 2, 2], 2)).toBe(1);
  expect(signedRankAbove([2, 2, 2], 1.9)).toBe(1 / 8);
  expect(() => signedRankAbove([], 0)).toThrow(/at least 1 values, got 0/);
});

test('one-sided p values that the values are above and below 0 are halves of the two-sided one', () => {
  const source = generator(9);
  for (const count of [6, 25, 100, 101, 200]) {
    const values = Array.from({ length: count }, () => 0.2 + uniform(source) - 0.5);
    const opposite = values.map((value) => -value);
    const least = Math.min(signedRankAbove(values, 0), signedRankAbove(opposite, 0));
    expect(Math.min(1, 2 * least)).toBeCloseTo(signedRank(values).pValue, 12);
  }
});

test('differences of 0 alone say nothing', () => {
  expect(signedRank([0, 0])).toMatchObject({ count: 0, pValue: 1 });
});

interface Tested {
  readonly differences: number[];
  readonly positive: number;
  readonly pValue: number;
  readonly method: string;
}
test.each(golden.signedRank as readonly Tested[])(
  'scipy finds the same of $differences.length differences',
  (given) => {
    const found = signedRank(given.differences);
    expect(found.positive).toBe(given.positive);
    expect(found.method).toBe(given.method);
    expect(found.pValue / given.pValue).toBeCloseTo(1, 10);
  },
);

test('the estimate of 1 … 6 and its interval are worked out by hand', () => {
  // 21 means of pairs, the middle one 3.5. Six values at 95 %: P(W < 1) = 1/64 = 1.6 %, P(W < 2) = 2/64 > 2.5 %: the outermost means.
  expect(hodgesLehmann([6, 1, 3, 2, 5, 4])).toEqual({ value: 3.5, low: 1, high: 6, attained: 1 - 2 / 64 });
});

interface Estimated {
  readonly values: number[];
  readonly level: number;
  readonly value: number;
}
test.each(golden.hodgesLehmann as readonly Estimated[])(
  'listing all sets of ranks gives the same interval of $values.length values at $level',
  ({ values, level, ...wanted }) => {
    const found = hodgesLehmann(values, level);
    for (const [name, figure] of Object.entries(wanted))
      expect(found).toHaveProperty(name, expect.closeTo(figure as number, 12));
  },
);

test('five values have no interval at 95 %, and the reason says that six would do', () => {
  expect(hodgesLehmann([1, 2, 3, 4, 5])).toEqual({ code: 'TOO_FEW_SAMPLES', need: 6, have: 5 }); // 2^−5 = 3.1 % > 2.5 %
  expect(hodgesLehmann([1, 2, 3, 4, 5], 0.9)).toHaveProperty('attained', 1 - 2 / 32);
});

test('where the counted distribution gives way to the normal one, the interval changes by little', () => {
  const source = generator(4);
  const values = Array.from({ length: 101 }, () => uniform(source));
  const [exact, approximate] = [hodgesLehmann(values.slice(0, 100)), hodgesLehmann(values)];
  if ('code' in exact || 'code' in approximate) throw new Error('Expected intervals.');
  const [exactWidth, width] = [exact.high - exact.low, approximate.high - approximate.low];
  expect(Math.abs(width / exactWidth - 1)).toBeLessThan(0.05); // √(100/101) and the value that was added
  expect(approximate.attained).toBeCloseTo(0.95, 12);
});

test('more values than fit are refused', () => {
  expect(() => hodgesLehmann(new Array(5_001).fill(1))).toThrow(/at most 5000 values, got 5001/);
});
