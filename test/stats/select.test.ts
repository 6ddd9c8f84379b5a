import { expect, test } from 'vitest';
import { generator, integer } from '../../src/stats/random.ts';
import { selectInPlace } from '../../src/stats/select.ts';

test('every rank of values with ties is what sorting puts there', () => {
  const source = generator(1);
  for (let length = 1; length <= 40; length++) {
    const values = Float64Array.from({ length }, () => integer(source, 12) - 6);
    const sorted = [...values].sort((a, b) => a - b);
    for (let rank = 0; rank < length; rank++) expect(selectInPlace(values.slice(), rank)).toBe(sorted[rank]);
  }
});

test('the values around the rank are on their side of it', () => {
  const source = generator(2);
  const values = Float64Array.from({ length: 101 }, () => integer(source, 1000));
  const middle = selectInPlace(values, 50);
  expect(Math.max(...values.subarray(0, 50))).toBeLessThanOrEqual(middle);
  expect(Math.min(...values.subarray(51))).toBeGreaterThanOrEqual(middle);
});

test('a rank beyond the values is refused', () => {
  expect(() => selectInPlace(Float64Array.of(1, 2), 2)).toThrow('Expected a rank below 2, got 2.');
});
