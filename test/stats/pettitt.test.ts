import { expect, test } from 'vitest';
import { pettitt } from '../../src/stats/pettitt.ts';
import { generator, normal } from '../../src/stats/random.ts';

test('a step after two of five values is worked out by hand', () => {
  // Ranks 1, 2, 5, 3, 4: U = 2 − 6 = −4, 6 − 12 = −6, 16 − 18 = −2, 22 − 24 = −2. p = 2 exp(−6 · 36 / 150) = 0.4739.
  expect(pettitt([10, 11, 22, 20, 21])).toEqual({ before: 2, statistic: 6, pValue: expect.closeTo(0.473_9, 4) });
});

test('of equal values none is a change', () => {
  expect(pettitt([3, 3, 3, 3])).toEqual({ before: 1, statistic: 0, pValue: 1 });
});

test('a step in the middle that parts all values is found where it is', () => {
  // Every value before it has a rank below the middle one, and takes U further from 0; every value after it brings U back.
  const source = generator(11);
  const values = Array.from({ length: 60 }, (_, index) => normal(source) + (index < 30 ? 0 : 20));
  expect(pettitt(values)).toMatchObject({ before: 30, statistic: 900 }); // 2 · 465 − 30 · 61
});

test('of independent values without a step at most 5 % are called changed', () => {
  const source = generator(12);
  let found = 0;
  for (let turn = 0; turn < 2_000; turn++) {
    if (pettitt(Array.from({ length: 40 }, () => normal(source))).pValue < 0.05) found++;
  }
  // The approximation errs on the careful side.
  expect(found / 2_000).toBeLessThan(0.05);
  expect(found).toBeGreaterThan(20);
});

test('fewer than four values are refused', () => {
  expect(() => pettitt([1, 2, 3])).toThrow(/at least 4 values, got 3/);
});
