import { expect, test } from 'vitest';
import { firstNonFinite } from '../../../src/engine/postprocess/finite.ts';

const extremes = [0, -0, 3.4028234663852886e38, -3.4028234663852886e38, 1.401298464324817e-45, -1, 1];

test('every value of a 32-bit float that is finite passes', () => {
  const values = Float32Array.from({ length: 70 }, (_, place) => extremes[place % extremes.length] ?? 0);
  for (let count = 0; count <= 20; count++) expect(firstNonFinite(values, 3, count)).toBe(-1);
  expect(firstNonFinite(Float64Array.from([1e308, -5e-324, Number.MAX_VALUE]), 0, 3)).toBe(-1);
});

test('the first that is not finite is found at every place, and none outside of the range', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const values of [new Float32Array(41), new Float64Array(41)]) {
      for (let place = 0; place < 41; place++) {
        values.fill(-2.5);
        values[place] = bad;
        if (place < 40) values[40] = bad;
        expect(firstNonFinite(values, 2, 38)).toBe(place >= 2 && place < 40 ? place - 2 : -1);
      }
    }
  }
  // NaN with its sign set is NaN, too.
  const negative = new Float32Array(new Uint32Array([0, 0xffc00000]).buffer);
  expect(firstNonFinite(negative, 0, 2)).toBe(1);
  expect(firstNonFinite(new Float32Array(new Uint32Array(8).fill(0xffc00000).buffer), 0, 8)).toBe(0);
});
