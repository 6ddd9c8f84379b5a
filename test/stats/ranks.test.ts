import { expect, test } from 'vitest';
import { rank } from '../../src/stats/ranks.ts';

test('equal values share the mean of their ranks', () => {
  // 1, 2, 2, 2, 5, 5: ranks 1, (2 + 3 + 4) / 3, (5 + 6) / 2. Ties (27 − 3) + (8 − 2).
  expect(rank([2, 5, 1, 2, 5, 2])).toEqual({ ranks: Float64Array.of(3, 5.5, 1, 3, 5.5, 3), ties: 30 });
  expect(rank([])).toEqual({ ranks: new Float64Array(0), ties: 0 });
});
