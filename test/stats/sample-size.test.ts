import { expect, test } from 'vitest';
import { sampleSize } from '../../src/stats/sample-size.ts';

test.each([
  // The table of MLPerf's inference rules.
  [0.9, 23_886, 24_576],
  [0.95, 50_425, 57_344],
  [0.97, 85_811, 90_112],
  [0.99, 262_742, 270_336],
])('p = %d takes %d queries, rounded %d', (p, exact, rounded) => {
  expect(sampleSize(p)).toEqual({ exact, rounded, margin: expect.closeTo((1 - p) / 20, 12) });
});

test('the median at 95 % is worked out by hand', () => {
  // 1.95996² · 0.25 / 0.025² = 3.84146 · 400 = 1,536.6
  expect(sampleSize(0.5, 0.95)).toMatchObject({ exact: 1_537, rounded: 8_192 });
});

test('wrong input is refused', () => {
  expect(() => sampleSize(1)).toThrow(/0 < p < 1, got 1/);
  expect(() => sampleSize(0.9, 0)).toThrow(/0 < confidence < 1, got 0/);
});
