import { expect, test } from 'vitest';
import { meanInterval, ratioInterval } from '../../src/stats/interval.ts';
import { generator, normal } from '../../src/stats/random.ts';

test('the interval of 1, 2, 3 is worked out by hand', () => {
  // mean 2, deviation 1, t(0.975, 2) = 4.3027, half width 4.3027 / √3 = 2.4841
  const interval = meanInterval([1, 2, 3]);
  expect(interval?.value).toBe(2);
  expect(interval?.low).toBeCloseTo(2 - 2.4841, 3);
  expect(interval?.high).toBeCloseTo(2 + 2.4841, 3);
});

test('one value has no interval', () => {
  expect(meanInterval([1])).toBeNull();
  expect(ratioInterval([1], [1, 2])).toBeNull();
  expect(ratioInterval([1, 2], [1])).toBeNull();
});

test('95 % of the intervals of a mean hold the truth', () => {
  const source = generator(1);
  const draws = 4_000;
  let held = 0;
  for (let draw = 0; draw < draws; draw++) {
    const interval = meanInterval(Array.from({ length: 5 }, () => 10 + 3 * normal(source)));
    if (interval !== null && interval.low <= 10 && 10 <= interval.high) held++;
  }
  // Three standard errors of a share of 0.95 over 4,000 draws are 0.0103.
  expect(Math.abs(held / draws - 0.95)).toBeLessThan(0.0103);
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
