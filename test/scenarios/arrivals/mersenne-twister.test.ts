import { expect, test } from 'vitest';
import { mersenneTwister } from '../../../src/scenarios/arrivals/mersenne-twister.ts';

function drawn(seed: number, count: number): number {
  const source = mersenneTwister(seed);
  let last = 0;
  for (let draw = 0; draw < count; draw++) last = source.next32();
  return last;
}

test('the 10,000th draw of seed 5489 is the one that the C++ standard demands of std::mt19937', () => {
  expect(drawn(5489, 10_000)).toBe(4_123_659_995); // [rand.predef] of the standard
});

test('the first draws of seed 1 are those of the reference code', () => {
  const source = mersenneTwister(1);
  // mt19937ar.c, init_genrand(1)
  expect([source.next32(), source.next32(), source.next32()]).toEqual([1_791_095_845, 4_282_876_139, 3_093_770_124]);
});

test('the seed is taken modulo 2^32', () => {
  expect(drawn(2 ** 32 + 42, 700)).toBe(drawn(42, 700));
  expect(drawn(43, 700)).not.toBe(drawn(42, 700));
});

test('a seed that is no whole number is refused', () => {
  expect(() => mersenneTwister(0.5)).toThrow('Expected a whole number as the seed, got 0.5.');
});
