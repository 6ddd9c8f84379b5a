import { expect, test } from 'vitest';
import { createScoreOrder } from '../../../src/engine/postprocess/order-by-score.ts';
import { generator, integer, uniform } from '../../../src/stats/random.ts';

test('scores are ordered from the largest, negative ones last, and equal ones stay in their order', () => {
  const { order } = createScoreOrder();
  const scores = Float32Array.from([0.5, -1, 2, 0.5, 0, -0, 1e-45, -1e-45, 3e38, -3e38, 0.5]);
  // 3e38, 2, 0.5 three times, 1e-45, 0 and −0 alike, −1e-45, −1, −3e38
  expect(Array.from(order(scores, scores.length))).toEqual([8, 2, 0, 3, 10, 6, 4, 5, 7, 1, 9]);
  expect(Array.from(order(scores, 3))).toEqual([2, 0, 1]);
  expect(Array.from(order(scores, 0))).toEqual([]);
});

test('the order is that of a stable sort on drawn scores', () => {
  const source = generator(4);
  const { order } = createScoreOrder();
  for (let round = 0; round < 100; round++) {
    const scores = Float32Array.from({ length: integer(source, 3000) }, () =>
      round % 2 === 0 ? uniform(source) : (integer(source, 9) - 4) / 4,
    );
    const sorted = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    expect(Array.from(order(scores, scores.length))).toEqual(sorted);
  }
});
