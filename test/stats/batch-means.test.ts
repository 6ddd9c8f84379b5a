import { expect, test } from 'vitest';
import { batchMeansInterval } from '../../src/stats/batch-means.ts';
import { meanInterval } from '../../src/stats/interval.ts';

test('the interval is that of the means of twenty batches, and the first values that fill none are left out', () => {
  // 1,000 and 2,000 in front belong to no batch; batch b holds ten values around b, whose mean is b.
  const values = [1_000, 2_000];
  for (let batch = 0; batch < 20; batch++) for (let value = 0; value < 10; value++) values.push(batch + (value - 4.5));
  const found = batchMeansInterval(values);
  expect(found).toMatchObject({ ...meanInterval(Array.from({ length: 20 }, (_, batch) => batch)), batchSize: 10 });
  // Rising means are as correlated as means can be.
  expect(found).toHaveProperty('isCorrelated', true);
});

test('means of batches that alternate are not correlated', () => {
  const values = Array.from({ length: 400 }, (_, index) => (Math.floor(index / 20) % 2 === 0 ? 1 : 2));
  expect(batchMeansInterval(values)).toMatchObject({ value: 1.5, isCorrelated: false });
});

test('below ten values a batch the interval is withheld', () => {
  expect(batchMeansInterval(new Array(199).fill(1))).toEqual({ code: 'TOO_FEW_SAMPLES', need: 200, have: 199 });
  expect(batchMeansInterval(new Array(200).fill(1))).toMatchObject({ value: 1, low: 1, high: 1, isCorrelated: false });
});
