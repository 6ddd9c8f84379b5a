import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { quantileInterval, samplesForInterval } from '../../src/stats/quantile-interval.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('the first quartile of ten values is worked out by hand', () => {
  // B(10, ¼): P(B = 0) = 5.63 %, P(B ≥ 6) = 1.97 %, P(B ≥ 5) = 7.81 %. At 85 % half of the rest is 7.5 %: ranks 1 and 6.
  const interval = quantileInterval(range(10), 0.25, 0.85);
  expect(interval).toMatchObject({ value: 3, low: 1, high: 6, lowRank: 1, highRank: 6 });
  expect(interval).toHaveProperty('attained', expect.closeTo(1 - 0.75 ** 10 - 0.019_727_7, 6));
});

interface Golden {
  readonly n: number;
  readonly p: number;
  readonly level: number;
  readonly lowRank: number;
  readonly highRank: number;
  readonly attained: number;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).quantiles;
test.each(golden)('the binomial distribution of scipy gives the same ranks of $n values at p = $p', (given) => {
  expect(quantileInterval(range(given.n), given.p, given.level)).toMatchObject({
    low: given.lowRank,
    high: given.highRank,
    attained: expect.closeTo(given.attained, 10),
  });
});

test('the attained level is at least the one asked for, and neither end could move in', () => {
  for (const n of [20, 59, 333]) {
    for (const p of [0.1, 0.5, 0.9]) {
      for (const level of [0.5, 0.8, 0.95]) {
        const interval = quantileInterval(range(n), p, level);
        if ('code' in interval) continue;
        expect(interval.attained).toBeGreaterThanOrEqual(level - 1e-12);
        expect(interval.highRank).toBeGreaterThan(interval.lowRank);
      }
    }
  }
});

test('too few values for an end are withheld and say how many would do', () => {
  // 0.99^n ≤ 2.5 %: n = 368 (0.99^367 = 2.50 %, just above).
  expect(samplesForInterval(0.99)).toBe(368);
  expect(0.99 ** 367).toBeGreaterThan(0.025);
  expect(0.99 ** 368).toBeLessThan(0.025);
  expect(quantileInterval(range(367), 0.99)).toEqual({ code: 'TOO_FEW_SAMPLES', need: 368, have: 367 });
  expect(quantileInterval(range(368), 0.99)).toMatchObject({ highRank: 368 });
  expect(samplesForInterval(0.5, 0.75)).toBe(3); // 0.5^3 = 0.125 exactly
});

test('wrong input is refused', () => {
  expect(() => quantileInterval([1], 1)).toThrow(/0 < p < 1, got 1/);
  expect(() => quantileInterval([1], 0.5, 95)).toThrow(/level between 0 and 1, got 95/);
});
