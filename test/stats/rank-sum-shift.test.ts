import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generator, normal } from '../../src/stats/random.ts';
import { leastRankSumP, rankSumAbove, rankSumShift } from '../../src/stats/rank-sum-shift.ts';

test('four against four are worked out by hand', () => {
  // Differences of 10, 20, 30, 40 and 1, 2, 3, 4: 10 − 4 = 6 is the least, 40 − 1 = 39 the largest; by symmetry the middle is 25 − 2.5.
  // P(U < 1) = 1 / 70 = 1.4 % and P(U < 2) = 2 / 70 = 2.9 %: of 2.5 % the outermost differences are left.
  expect(rankSumShift([1, 2, 3, 4], [10, 20, 30, 40])).toEqual({
    value: 22.5,
    interval: { value: 22.5, low: 6, high: 39, attained: expect.closeTo(1 - 2 / 70, 12) },
    method: 'exact',
  });
});

test('three against four, and one against one, have no interval at 95 %', () => {
  // 1 / 35 = 2.9 % and 1 / 2 are more than 2.5 %.
  expect(rankSumShift([1, 2, 3], [1, 2, 3, 4]).interval).toBeNull();
  expect(rankSumShift([1], [3])).toEqual({ value: 2, interval: null, method: 'exact' });
  expect(rankSumShift([1, 2, 3], [1, 2, 3, 4, 5]).interval?.attained).toBeCloseTo(1 - 2 / 56, 12);
});

interface Golden {
  readonly base: number[];
  readonly candidate: number[];
  readonly level: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly attained: number;
  readonly bound: number;
  readonly above: number;
  readonly method: string;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).rankSumShift;
test.each(golden)('scipy finds the same shift of $base.length and $candidate.length values', (given) => {
  const { base, candidate, level, value, low, high, attained, bound, above, method } = given;
  const found = rankSumShift(base, candidate, level);
  expect(found.method).toBe(method);
  expect(found.value).toBeCloseTo(value, 12);
  expect(found.interval?.low).toBeCloseTo(low, 12);
  expect(found.interval?.high).toBeCloseTo(high, 12);
  expect(found.interval?.attained).toBeCloseTo(attained, 9);
  expect(rankSumAbove(base, candidate, bound) / above).toBeCloseTo(1, 9);
});

test('the p value agrees with the interval: at most half of what it leaves out where it lies above the bound, else more', () => {
  const source = generator(3);
  for (let round = 0; round < 200; round++) {
    const base = Array.from({ length: 6 }, () => normal(source));
    const candidate = Array.from({ length: 7 }, () => 1.5 + normal(source));
    const bound = 0.4;
    const isAbove = (rankSumShift(base, candidate).interval?.low ?? Number.NaN) > bound;
    expect(rankSumAbove(base, candidate, bound) <= 0.025).toBe(isAbove);
  }
});

test('ties make the p value larger, never smaller', () => {
  // 2 against 1 and 2: of the equal pair nothing is known, and it counts as not above.
  expect(rankSumAbove([1, 2], [2, 2], 0)).toBe(rankSumAbove([1, 2], [1.9, 1.9], 0));
  expect(rankSumAbove([1, 1, 1, 1], [1, 1, 1, 1], 0)).toBeCloseTo(1, 12);
  expect(rankSumShift([1, 1, 1, 1], [1, 1, 1, 1]).interval).toMatchObject({ low: 0, high: 0 });
});

test('the least p value is that of two sets of which one lies wholly above the other', () => {
  expect(leastRankSumP(5, 5)).toBeCloseTo(1 / 252, 15);
  expect(rankSumAbove([1, 2, 3], [7, 8], 0)).toBeCloseTo(leastRankSumP(3, 2), 15); // 1 / 10
});

test('95 % of the intervals of ten values each hold the shift', () => {
  const source = generator(11);
  const draws = 1_500;
  let held = 0;
  for (let draw = 0; draw < draws; draw++) {
    const base = Array.from({ length: 10 }, () => Math.exp(normal(source)));
    const candidate = Array.from({ length: 10 }, () => 2 + Math.exp(normal(source)));
    const { interval } = rankSumShift(base, candidate);
    if (interval !== null && interval.low <= 2 && interval.high >= 2) held++;
  }
  // Attained: 95.7 %. Three standard errors of 1,500 draws are 1.6 %.
  expect(held / draws).toBeGreaterThan(0.941);
  expect(held / draws).toBeLessThan(0.973);
});

test('an empty set, what is no number and a level that is none are refused', () => {
  expect(() => rankSumShift([], [1])).toThrow(/at least 1 values of the base, got 0/);
  expect(() => rankSumAbove([1], [Number.NaN], 0)).toThrow(/finite values of the candidate, got NaN at 0/);
  expect(() => rankSumShift([1], [1], 1)).toThrow(/level between 0 and 1, got 1/);
});
