import { expect, test } from 'vitest';
import { generator, integer, normal, shuffle, uniform, xoshiro128 } from '../../src/stats/random.ts';

test('xoshiro128** from the state 1, 2, 3, 4 gives what its reference implementation gives', () => {
  const source = xoshiro128(1, 2, 3, 4);
  // rotl(2·5, 7)·9 = 1,280·9 = 11,520; then s1 = 1 ^ 2 ^ 3 = 0, which gives 0; the rest from the C code at prng.di.unimi.it.
  expect(Array.from({ length: 4 }, () => source.next32())).toEqual([11_520, 0, 5_927_040, 70_819_200]);
});

test('a seed repeats its sequence, and neighbouring seeds do not', () => {
  const draw = (seed: number) => {
    const source = generator(seed);
    return Array.from({ length: 5 }, () => source.next32());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1).filter((value) => draw(2).includes(value))).toEqual([]);
  expect(() => generator(0.5)).toThrow(/whole number/);
});

test('uniform numbers lie in 0 ≤ x < 1 with mean 1/2 and variance 1/12', () => {
  const source = generator(3);
  const values = Array.from({ length: 100_000 }, () => uniform(source));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values.slice(0, 10_000))).toBeLessThan(1);
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.004); // four standard errors: 4·0.2887 / √100,000
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
});

test('each of five whole numbers comes up a fifth of the time', () => {
  const source = generator(4);
  const counts = [0, 0, 0, 0, 0];
  for (let draw = 0; draw < 50_000; draw++) {
    const drawn = integer(source, 5);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  // Chi-squared with four degrees of freedom: above 18.5 with a chance of 0.1 %.
  expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(18.5);
  expect(() => integer(source, 0)).toThrow(/bound/);
});

test('normal draws have mean 0 and deviation 1', () => {
  const source = generator(5);
  const values = Array.from({ length: 50_000 }, () => normal(source));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.018); // four standard errors
  const within = values.filter((value) => Math.abs(value) < 1).length / values.length;
  expect(Math.abs(within - 0.6827)).toBeLessThan(0.0084);
});

test('a shuffle holds the same values, leaves its input alone, and takes all orders alike', () => {
  const source = generator(6);
  const input = ['a', 'b', 'c'];
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 6_000; draw++) {
    const order = shuffle(input, source).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(input).toEqual(['a', 'b', 'c']);
  expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  // Chi-squared with five degrees of freedom: above 20.5 with a chance of 0.1 %.
  expect([...counts.values()].reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)).toBeLessThan(20.5);
});
