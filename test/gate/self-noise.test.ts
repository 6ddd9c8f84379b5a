import { expect, test } from 'vitest';
import { isNoisierThan, selfNoise } from '../../src/gate/self-noise.ts';
import { type PairedValues, sortPairs } from '../../src/gate/series.ts';
import { defaultLimits } from '../../src/gate/settings.ts';
import { generator, normal } from '../../src/stats/random.ts';
import { madeSession } from './aa-pairs.ts';
import { latency } from './made-pairs.ts';

function paired(round: number, base: number, head: number): PairedValues {
  return { round, first: round % 2 === 0 ? 'base' : 'head', base, head, worse: Math.log(head / base) };
}

test('a penalty of a slot and a change of the code are no noise', () => {
  // Whoever runs first takes 1.03 times as long, and head 1.2 times: of each arm, rounds of the same slot are equal.
  const pairs = Array.from({ length: 10 }, (_, round) =>
    paired(round, round % 2 === 0 ? 1.03 : 1, round % 2 === 0 ? 1.2 : 1.236),
  );
  expect(selfNoise(pairs, 1)).toBe(0);
});

test('of independent processes it is about what the estimate spreads by', () => {
  // A difference of two processes of 1 % spreads by √2 %, the estimate of ten of them by √2 · √(π/3) / √10 = 0.46 %, and 95 % lie
  // within 1.96 times that: 0.90 %. The mean of 200 gates is known to a few percent of that.
  const source = generator(11);
  let sum = 0;
  for (let gate = 0; gate < 200; gate++) {
    const draw = () => Math.exp(0.01 * normal(source));
    const pairs = Array.from({ length: 10 }, (_, round) => paired(round, draw(), draw()));
    sum += selfNoise(pairs, gate) ?? Number.NaN;
  }
  expect(sum / 200).toBeGreaterThan(0.0075);
  expect(sum / 200).toBeLessThan(0.0105);
});

test('it is the same for the same seed, and not told of five pairs', () => {
  const source = generator(2);
  const pairs = Array.from({ length: 6 }, (_, round) => paired(round, Math.exp(0.1 * normal(source)), 1));
  expect(selfNoise(pairs, 4)).toBe(selfNoise(pairs, 4));
  expect(selfNoise(pairs, 4)).toBeGreaterThan(0);
  expect(selfNoise(pairs.slice(0, 5), 4)).toBeNull();
});

test('whether noise exceeds a bound is answered as by the noise itself, on both sides of it and at it', () => {
  for (const [index, count] of [6, 7, 10, 16, 24, 40].entries()) {
    const { pairs } = madeSession({ rounds: count, noise: 0.03, seed: index });
    const { valid } = sortPairs(latency(), pairs, defaultLimits);
    for (const seed of [1, 2, 3]) {
      const noise = selfNoise(valid, seed) ?? Number.NaN;
      for (const times of [0.2, 0.9, 1 - 1e-12, 1, 1 + 1e-12, 1.1, 2]) {
        expect(isNoisierThan(noise * times, valid, seed)).toBe(noise > noise * times);
      }
    }
  }
});

test('of ever more pairs the noise becomes less, by the root of their number', () => {
  const { valid } = sortPairs(latency(), madeSession({ noise: 0.03 }).pairs, defaultLimits);
  const of = (count: number) => selfNoise(valid, 1, count) ?? Number.NaN;
  // √(40 / 10) = 2; each of the percentiles of 200 draws is known to about a tenth.
  expect(of(10) / of(40)).toBeGreaterThan(1.6);
  expect(of(10) / of(40)).toBeLessThan(2.5);
});
