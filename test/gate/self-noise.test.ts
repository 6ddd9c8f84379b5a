import { expect, test } from 'vitest';
import { selfNoise } from '../../src/gate/self-noise.ts';
import type { PairedValues } from '../../src/gate/series.ts';
import { generator, normal } from '../../src/stats/random.ts';

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
