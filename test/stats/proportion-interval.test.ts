import { expect, test } from 'vitest';
import { binomialAtMost } from '../../src/stats/binomial.ts';
import { proportionInterval } from '../../src/stats/proportion-interval.ts';

test('no success among n leaves chances up to 1 − 0.025^(1/n), and n of n from 0.025^(1/n) on', () => {
  for (const trials of [1, 4, 40, 400]) {
    const bound = 0.025 ** (1 / trials);
    const none = proportionInterval(0, trials);
    expect([none.value, none.low]).toEqual([0, 0]);
    expect(none.high).toBeCloseTo(1 - bound, 12);
    const all = proportionInterval(trials, trials);
    expect([all.value, all.high]).toEqual([1, 1]);
    expect(all.low).toBeCloseTo(bound, 12);
  }
});

test('the ends of 3 of 20 are chances at which so many, or so few, have a chance of just 2.5 %', () => {
  const { value, low, high } = proportionInterval(3, 20);
  expect(value).toBe(0.15);
  expect(1 - binomialAtMost(2, 20, low)).toBeCloseTo(0.025, 12);
  expect(binomialAtMost(3, 20, high)).toBeCloseTo(0.025, 12);
  // As tables of it have it: 0.0321 to 0.3789.
  expect(low).toBeCloseTo(0.0321, 4);
  expect(high).toBeCloseTo(0.3789, 4);
});

test('the interval holds each chance at least as often as its level says', () => {
  const trials = 25;
  for (const chance of [0.01, 0.1, 0.37, 0.5]) {
    let held = 0;
    for (let successes = 0; successes <= trials; successes++) {
      const { low, high } = proportionInterval(successes, trials, 0.9);
      const weight =
        binomialAtMost(successes, trials, chance) -
        (successes === 0 ? 0 : binomialAtMost(successes - 1, trials, chance));
      if (low <= chance && chance <= high) held += weight;
    }
    expect(held).toBeGreaterThanOrEqual(0.9);
  }
});

test('what cannot be is refused', () => {
  expect(() => proportionInterval(0, 0)).toThrow('at least one trial');
  expect(() => proportionInterval(5, 4)).toThrow('0 to 4 successes');
  expect(() => proportionInterval(1, 4, 1)).toThrow();
});
