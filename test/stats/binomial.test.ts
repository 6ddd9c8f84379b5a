import { expect, test } from 'vitest';
import { binomialAtMost } from '../../src/stats/binomial.ts';

test('three throws of a coin are counted', () => {
  expect([-1, 0, 1, 2, 3].map((heads) => binomialAtMost(heads, 3, 0.5))).toEqual(
    [0, 1 / 8, 4 / 8, 7 / 8, 1].map((chance) => expect.closeTo(chance, 14)),
  );
});

test('two throws of a die show a six at most once with 35 / 36', () => {
  expect(binomialAtMost(1, 2, 1 / 6)).toBeCloseTo(35 / 36, 14);
});

test('wrong input is refused', () => {
  expect(() => binomialAtMost(1, 0, 0.5)).toThrow(/at least one trial, got 0/);
  expect(() => binomialAtMost(0.5, 2, 0.5)).toThrow(/whole number of successes, got 0.5/);
  expect(() => binomialAtMost(1, 2, 1)).toThrow(/0 < p < 1, got 1/);
});
