import { expect, test } from 'vitest';
import { suiteShift } from '../../src/gate/suite-shift.ts';

const moved = (worse: readonly number[], selfNoise = 0.01) => worse.map((one) => ({ worse: one, selfNoise }));

test('rows that all became a quarter slower have shifted, and one that did not does not hide it', () => {
  const shift = suiteShift(moved([0.22, 0.23, 0.224, 0.226, 0.218, 0.223, 0.222, 0.225, 0.221, 0.01]));
  // Median 0.2225 (between 0.222 and 0.223), distances 0.0005 … 0.0075 and 0.2125: the median one 0.0025, scaled 0.0037. Within 1.5 · 0.0037 =
  // 0.0056 lie all but 0.23 and 0.01.
  expect(shift).toEqual({ rows: 8, of: 10, worse: expect.closeTo(Math.exp(0.2225) - 1, 12) });
});

test('rows that moved by less than the noise, by different sizes, or are four, have not', () => {
  expect(suiteShift(moved([0.004, 0.005, 0.006, 0.0055, 0.0052]))).toBeNull();
  expect(suiteShift(moved([0.3, -0.3, 0.2, -0.1, 0.4, 0.5]))).toBeNull();
  expect(suiteShift(moved([0.2, 0.2, 0.2, 0.2]))).toBeNull();
});
