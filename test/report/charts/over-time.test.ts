import { expect, test } from 'vitest';
import { averaged } from '../../../src/report/charts/over-time.ts';

const series = (values: (number | null)[]) => ({
  name: 'processCores' as const,
  mean: 1,
  seconds: values.map((_, index) => index),
  values,
});

test('neighbouring samples are averaged to at most as many points as asked for', () => {
  // pairs: (0, 1), (2, 3) → times 0.5 and 2.5, values 1.5 and 3.5
  expect(averaged(series([1, 2, 3, 4]), 2)).toEqual([
    [0.5, 1.5],
    [2.5, 3.5],
  ]);
});

test('a stretch of which nothing could be read is a gap', () => {
  expect(averaged(series([1, 1, null, null]), 2)[1]).toEqual([2.5, null]);
});

test('no series has no points', () => {
  expect(averaged(undefined, 10)).toEqual([]);
});
