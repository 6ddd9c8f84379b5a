import { expect, test } from 'vitest';
import { meanInterval } from '../../src/stats/interval.ts';
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
