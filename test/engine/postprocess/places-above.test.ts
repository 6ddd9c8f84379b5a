import { expect, test } from 'vitest';
import { appendPlacesAbove, type Places } from '../../../src/engine/postprocess/places-above.ts';
import { generator, integer, uniform } from '../../../src/stats/random.ts';

function placesAbove(values: Float32Array | Float64Array, offset: number, count: number, threshold: number): number[] {
  const places: Places = { list: new Uint32Array(0), count: 0 };
  appendPlacesAbove(values, offset, count, threshold, places);
  return Array.from(places.list.subarray(0, places.count));
}

const special = [
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1e-45,
  -1e-45,
];

test('the places of all that is above the threshold or not finite are found, whatever the threshold', () => {
  const source = generator(2);
  const thresholds = [0.25, 0, -0, -1.0986122886681098, 0.1, -0.1, 1e-46, -1e-46, 5, -7.5, 1e39, -1e39];
  let found = 0;
  for (let round = 0; round < 600; round++) {
    const values = Float32Array.from({ length: 1 + integer(source, 60) }, () =>
      uniform(source) < 0.05 ? (special[integer(source, special.length)] ?? 0) : 4 * uniform(source) - 2,
    );
    const threshold = thresholds[round % thresholds.length] ?? 0;
    // The threshold itself, and its neighbours in 32 bits, are where a comparison of bits may go wrong.
    const bits = new Int32Array(values.buffer);
    values[0] = threshold;
    if (values.length > 2) {
      values[1] = values[2] = threshold;
      bits[1] = (bits[1] ?? 0) + 1;
      bits[2] = (bits[2] ?? 0) - 1;
    }
    const offset = integer(source, Math.min(3, values.length));
    const expected = Array.from(values.keys())
      .slice(offset)
      .filter((place) => {
        const value = values[place] ?? 0;
        return value > threshold || !Number.isFinite(value);
      });
    expect(placesAbove(values, offset, values.length - offset, threshold)).toEqual(expected);
    expect(placesAbove(Float64Array.from(values), offset, values.length - offset, threshold)).toEqual(expected);
    found += expected.length;
  }
  expect(found).toBeGreaterThan(1000);
});

test('places are appended to those that are there, beyond the memory at hand', () => {
  const places: Places = { list: Uint32Array.of(7), count: 1 };
  appendPlacesAbove(new Float32Array(5000).fill(1), 100, 4000, 0.5, places);
  expect(places.count).toBe(4001);
  expect([places.list[0], places.list[1], places.list[4000]]).toEqual([7, 100, 4099]);
});
