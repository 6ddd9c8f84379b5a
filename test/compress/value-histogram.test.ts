import { expect, test } from 'vitest';
import { ValueHistogram } from '../../src/compress/value-histogram.ts';
import { generator, normal } from '../../src/stats/random.ts';

function add(histogram: ValueHistogram, ...values: number[]): void {
  const floats = Float32Array.from(values);
  histogram.add(floats, { low: Math.min(...floats), high: Math.max(...floats) });
}

test('a percentage cuts off as many values below as above', () => {
  const histogram = new ValueHistogram();
  // −500 … 499 once each: of 98 %, ten are left out at either end, which leaves −490 to 489.
  add(histogram, ...Array.from({ length: 1000 }, (_, index) => index - 500));
  // 1000 values reach to ±512: a bin is 0.25 wide, and its outer edge counts.
  expect(histogram.percentileRange(98)).toEqual({ low: -490, high: 489.25 });
});

test('all of the values reach exactly from the smallest to the largest', () => {
  const histogram = new ValueHistogram();
  add(histogram, -0.3, 0.1, 0.7);
  expect(histogram.percentileRange(100)).toEqual({ low: Math.fround(-0.3), high: Math.fround(0.7) });
});

test('one outlier among 300,000 values widens what was counted without losing a count, and is cut off', () => {
  const histogram = new ValueHistogram();
  const random = generator(3);
  const values = Array.from({ length: 300_000 }, () => Math.min(4, Math.max(-4, normal(random))));
  for (let start = 0; start < values.length; start += 50_000) add(histogram, ...values.slice(start, start + 50_000));
  add(histogram, 1000);
  expect(histogram.total).toBe(300_001);
  // 0.001 % of 300,001 are 3, half of it on either side: the outlier and none of the others, which end at 4. A bin is now 0.5 wide.
  const { high } = histogram.percentileRange(99.999);
  expect(high).toBeGreaterThanOrEqual(3.9);
  expect(high).toBeLessThanOrEqual(4.5);
});

test('the order of the values makes no difference', () => {
  const [small, large] = [
    [0.01, -0.02, 0.03],
    [100, -7],
  ];
  const [forward, backward] = [new ValueHistogram(), new ValueHistogram()];
  add(forward, ...small);
  add(forward, ...large);
  add(backward, ...large);
  add(backward, ...small);
  for (const percent of [50, 80, 99, 100]) {
    expect(forward.percentileRange(percent)).toEqual(backward.percentileRange(percent));
  }
});

test('zeros that came before anything else are counted', () => {
  const histogram = new ValueHistogram();
  add(histogram, ...new Array(98).fill(0));
  expect(histogram.percentileRange(99)).toEqual({ low: 0, high: 0 });
  add(histogram, 8, 8);
  // Of 100 values, 90 % leave out 5 above: both eights. What is left is 0, whose bin ends at 8 / 2048.
  expect(histogram.percentileRange(90)).toEqual({ low: 0, high: 8 / 2048 });
});

test('a percentage that is none and a histogram without values are refused', () => {
  const histogram = new ValueHistogram();
  expect(() => histogram.percentileRange(99)).toThrow(RangeError);
  add(histogram, 1);
  expect(() => histogram.percentileRange(0)).toThrow(RangeError);
  expect(() => histogram.percentileRange(101)).toThrow(RangeError);
});
