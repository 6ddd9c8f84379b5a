import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mannWhitney } from '../../src/stats/mann-whitney.ts';

test('two against three are worked out by hand', () => {
  // 4 and 5 are above all of 1, 2, 3: U = 6, one of the 10 orders on each side, p = 2 / 10.
  expect(mannWhitney([1, 2, 3], [4, 5])).toEqual({
    u: 6,
    probability: 1,
    effect: 1,
    pValue: expect.closeTo(0.2, 14),
    method: 'exact',
  });
  // 2 of the candidate is above 1 alone: U = 1 + 3 = 4 of 6. P(U ≥ 4) = P(U ≤ 2) = (1 + 1 + 2) / 10.
  expect(mannWhitney([1, 3, 4], [2, 5])).toMatchObject({ u: 4, probability: 4 / 6, pValue: expect.closeTo(0.8, 14) });
});

test('equal values count half, and sets of equal values do not differ', () => {
  expect(mannWhitney([1, 2], [2, 3])).toMatchObject({ u: 3.5, method: 'normal' }); // 1 < 2, 1 < 3, 2 < 3 and half of 2 = 2
  expect(mannWhitney([5, 5], [5, 5, 5])).toMatchObject({ probability: 0.5, effect: 0, pValue: 1 });
});

test('the sets swapped turn the effect round and keep the p value', () => {
  const there = mannWhitney([1, 4, 9, 2], [3, 7, 8]);
  const back = mannWhitney([3, 7, 8], [1, 4, 9, 2]);
  expect(back.pValue).toBeCloseTo(there.pValue, 14);
  expect(back.effect).toBeCloseTo(-there.effect, 14);
});

interface Golden {
  readonly base: number[];
  readonly candidate: number[];
  readonly u: number;
  readonly pValue: number;
  readonly method: string;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).mannWhitney;
test.each(golden)('scipy finds the same of $base.length and $candidate.length values', (given) => {
  const found = mannWhitney(given.base, given.candidate);
  expect(found.u).toBe(given.u);
  expect(found.method).toBe(given.method);
  expect(found.pValue / given.pValue).toBeCloseTo(1, 10);
});

test('an empty set and what is no number are refused', () => {
  expect(() => mannWhitney([], [1])).toThrow(/at least 1 values of the base, got 0/);
  expect(() => mannWhitney([1], [Number.NaN])).toThrow(/finite values of the candidate, got NaN at 0/);
});
