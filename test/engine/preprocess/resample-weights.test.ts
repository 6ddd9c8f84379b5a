import { expect, test } from 'vitest';
import { resampleTaps, tapsOfDoubled, wholeWeights } from '../../../src/engine/preprocess/resample-weights.ts';

test('four values to two with a triangle: each takes three, the middle ones three times the outer one', () => {
  // The centre of the first is 1, half of the widened triangle 2: values 0 to 2 lie 0.5, 0.5 and 1.5 away, so 0.75, 0.75 and 0.25 of 1.75.
  const [first, second] = resampleTaps(4, 2, 'linear');
  expect(first?.start).toBe(0);
  expect(first?.weights.map((weight) => weight * 7)).toEqual([3, 3, 1].map((sevenths) => expect.closeTo(sevenths, 12)));
  expect(second?.start).toBe(1);
  expect(second?.weights.map((weight) => weight * 7)).toEqual(
    [1, 3, 3].map((sevenths) => expect.closeTo(sevenths, 12)),
  );
});

test('two values to four with a triangle: the ends stay, between them a quarter and three quarters', () => {
  expect(resampleTaps(2, 4, 'linear')).toEqual([
    { start: 0, weights: [1] },
    { start: 0, weights: [0.75, 0.25] },
    { start: 0, weights: [0.25, 0.75] },
    { start: 1, weights: [1] },
  ]);
});

test('nearest takes the value in which the centre lies', () => {
  // Centres of five to three: 0.83, 2.5, 4.17
  expect(resampleTaps(5, 3, 'nearest').map(({ start }) => start)).toEqual([0, 2, 4]);
});

test('the weights of every kernel add up to 1, and those with lobes have negative ones', () => {
  for (const kernel of ['linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3'] as const) {
    for (const [from, to] of [
      [500, 224],
      [7, 31],
      [3, 1],
    ] as const) {
      const taps = resampleTaps(from, to, kernel);
      expect(taps).toHaveLength(to);
      for (const { start, weights } of taps) {
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start + weights.length).toBeLessThanOrEqual(from);
      }
    }
    const isNegative = resampleTaps(500, 224, kernel).some(({ weights }) => weights.some((weight) => weight < -1e-6));
    expect(isNegative).toBe(kernel !== 'linear');
  }
});

test('on a halved line, the taps of the doubled one are three quarters of the near sample and one of the far', () => {
  const everyPixel = [0, 1, 2, 3].map((start) => ({ start, weights: [1] }));
  const byPixel = tapsOfDoubled(everyPixel, 2).map(({ start, weights }) => {
    return [0, 1].map((sample) => weights[sample - start] ?? 0);
  });
  expect(byPixel).toEqual([
    [1, 0],
    [0.75, 0.25],
    [0.25, 0.75],
    [0, 1],
  ]);
});

test('whole weights add up to 16384 where rounding alone would not', () => {
  // 16384 / 3 = 5461.3: three of them rounded are 16383. Running sums: 5461.3, 10922.7, 16384.
  expect(wholeWeights([1 / 3, 1 / 3, 1 / 3])).toEqual([5461, 5462, 5461]);
  expect(wholeWeights([1])).toEqual([16384]);
});

test('of thousands of small weights, none takes what the others lose', () => {
  // 40,000 equal weights of 0.41 are 0 or 1; rounded one by one, all would be 0.
  const whole = wholeWeights(new Array<number>(40_000).fill(1 / 40_000));
  expect(Math.max(...whole)).toBe(1);
  expect(whole.slice(0, 20_000).reduce((sum, weight) => sum + weight, 0)).toBe(8192);
  for (const { weights } of resampleTaps(20_000, 3, 'lanczos3')) {
    const off = wholeWeights(weights).map((weight, tap) => Math.abs(weight - 16_384 * (weights[tap] ?? 0)));
    expect(Math.max(...off)).toBeLessThanOrEqual(1 + 1e-6);
  }
});
