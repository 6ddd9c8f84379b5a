import { expect, test } from 'vitest';
import {
  type ActivationParameters,
  activationParameters,
  biasScales,
  quantizeBias,
  quantizeWeight,
  representable,
  roundHalfToEven,
  smallestScalesForBias,
} from '../../src/compress/affine-quantization.ts';
import { generator, uniform } from '../../src/stats/random.ts';

/** A value as QuantizeLinear and DequantizeLinear of ONNX hand it on. */
function throughEightBits(value: number, { scale, zeroPoint }: ActivationParameters): number {
  const stored = Math.min(255, Math.max(0, roundHalfToEven(value / scale) + zeroPoint));
  return (stored - zeroPoint) * scale;
}

test('a range of 2.55 from −1 on has steps of 0.01, and 0 is stored as 100', () => {
  const { scale, zeroPoint } = activationParameters({ low: -1, high: 1.55 });
  expect(scale).toBe(Math.fround(0.01));
  expect(zeroPoint).toBe(100);
});

test.each([
  { low: 2, high: 5.1, scale: 5.1 / 255, zeroPoint: 0 }, // widened to [0, 5.1]
  { low: -5.1, high: -2, scale: 5.1 / 255, zeroPoint: 255 }, // widened to [−5.1, 0]
  { low: 0, high: 0, scale: 1 / 255, zeroPoint: 0 },
])('the range $low to $high is widened to hold 0', ({ low, high, scale, zeroPoint }) => {
  expect(activationParameters({ low, high })).toEqual({ scale: Math.fround(scale), zeroPoint });
});

test('in a thousand random ranges 0 comes back exactly and all other values within a step', () => {
  const random = generator(7);
  for (let trial = 0; trial < 1000; trial++) {
    const magnitude = 10 ** (8 * uniform(random) - 4);
    const [a, b] = [(2 * uniform(random) - 1) * magnitude, (2 * uniform(random) - 1) * magnitude];
    const range = { low: Math.min(a, b), high: Math.max(a, b) };
    const parameters = activationParameters(range);
    const values = [0, range.low, range.high, (range.low + range.high) / 3];
    const back = values.map((value) => throughEightBits(value, parameters));
    expect(back[0]).toBe(0);
    // The zero point is rounded: the stored range may be shifted by half a step, and its end then cuts off as much again.
    for (const [index, value] of back.entries()) {
      expect(Math.abs(value - (values[index] ?? 0))).toBeLessThanOrEqual(1.0001 * parameters.scale);
    }
    const { low, high } = representable(parameters);
    expect((high - low) / parameters.scale).toBeCloseTo(255, 9);
  }
});

test('a range that is not finite or upside down is refused', () => {
  expect(() => activationParameters({ low: 0, high: Number.NaN })).toThrow(RangeError);
  expect(() => activationParameters({ low: 0, high: Number.POSITIVE_INFINITY })).toThrow(RangeError);
  expect(() => activationParameters({ low: 1, high: -1 })).toThrow(RangeError);
});

test('halves are rounded to the even number, as QuantizeLinear does', () => {
  expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999].map(roundHalfToEven)).toEqual([-2, -2, 0, 0, 2, 2, 2]);
});

test('each output channel of a weight has the scale of its own largest magnitude', () => {
  // Channel 0: 1.27 is the largest, so that a step is 0.01. Channel 1: 254, a step is 2.
  const weights = Float32Array.of(1.27, -0.5, 0.01, 3, -254, 2);
  const rows = quantizeWeight(weights, { channels: 2, inner: 3 }, 8);
  expect([...rows.scales]).toEqual([Math.fround(1.27 / 127), 2]);
  expect([...rows.data]).toEqual([127, -50, 1, 2, -127, 1]); // 3 / 2 = 1.5 → 2
});

test('the channels of a matrix [inputs, outputs] are its columns', () => {
  const { scales, data } = quantizeWeight(Float32Array.of(127, 1, -127, -2), { channels: 2, inner: 1 }, 8);
  expect([...scales]).toEqual([1, Math.fround(2 / 127)]);
  expect([...data]).toEqual([127, 64, -127, -127]); // 1 / (2 / 127) = 63.5 → 64
});

test('weights of 7 bits stay within 64, so that two products of 255 fit into 16 bits', () => {
  const { data } = quantizeWeight(Float32Array.of(-3, 1.5, 3), { channels: 1, inner: 3 }, 7);
  expect([...data]).toEqual([-64, 32, 64]);
  expect(255 * 64 * 2).toBeLessThan(2 ** 15);
});

test('a channel of zeros has a scale that is not 0', () => {
  const { scales, data } = quantizeWeight(new Float32Array(4), { channels: 2, inner: 2 }, 8);
  expect([...scales].every((scale) => scale > 0)).toBe(true);
  expect([...data]).toEqual([0, 0, 0, 0]);
});

test('a bias is stored at input scale times weight scale', () => {
  const scales = Float32Array.of(0.5, 0.25);
  expect([...biasScales(0.125, scales)]).toEqual([0.0625, 0.03125]);
  expect([...quantizeBias(Float32Array.of(1, -1), 0.125, scales)]).toEqual([16, -32]);
});

test('a bias that would not fit gets a larger weight scale, and its sum with all products stays within 32 bits', () => {
  const bias = Float32Array.of(1000, 0.5);
  const products = 64;
  const atLeast = smallestScalesForBias(bias, 1e-3, products);
  const weights = Float32Array.of(...new Array(products).fill(1e-9), ...new Array(products).fill(0.1));
  const { scales } = quantizeWeight(weights, { channels: 2, inner: products }, 8, atLeast);
  expect(scales[0]).toBe(atLeast[0]);
  expect(scales[1]).toBe(Math.fround(Math.fround(0.1) / 127));
  const stored = quantizeBias(bias, 1e-3, scales);
  expect((stored[0] ?? 0) * 1e-3 * (scales[0] ?? 0)).toBeCloseTo(1000, 3);
  expect((stored[0] ?? 0) + 255 * 127 * products).toBeLessThan(2 ** 31);
});
