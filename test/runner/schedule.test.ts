import { expect, test } from 'vitest';
import { scheduleRounds } from '../../src/runner/schedule.ts';
import { plannedCase, policy } from './fixtures/plan.ts';

const cases = ['a', 'b', 'c', 'd'].map((name) => plannedCase(name));

test('every round takes every case once before the next round begins', () => {
  const rounds = scheduleRounds(cases, { ...policy, rounds: 3, order: 'interleaved' });
  for (const round of [0, 1, 2]) {
    const keys = rounds.slice(round * 4, round * 4 + 4).map(({ case: { key } }) => key);
    expect([...keys].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(rounds.slice(round * 4, round * 4 + 4).every((one) => one.round === round)).toBe(true);
  }
});

test('the order differs between rounds and repeats with the seed', () => {
  const order = (seed: number) =>
    scheduleRounds(cases, { ...policy, rounds: 4, order: 'interleaved', seed })
      .map(({ case: { key } }) => key)
      .join('');
  expect(order(1)).toBe(order(1));
  expect(order(1)).not.toBe(order(2));
  const perRound = order(1).match(/.{4}/g) ?? [];
  expect(new Set(perRound).size).toBeGreaterThan(1);
});

test('"listed" keeps the order of the plan', () => {
  const rounds = scheduleRounds(cases, { ...policy, rounds: 2, order: 'listed' });
  expect(rounds.map(({ case: { key } }) => key).join('')).toBe('abcdabcd');
  expect(rounds.map(({ order }) => order)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('cases of one round share a seed, rounds do not', () => {
  const rounds = scheduleRounds(cases, { ...policy, rounds: 2, order: 'interleaved' });
  expect(new Set(rounds.slice(0, 4).map(({ seed }) => seed)).size).toBe(1);
  expect(rounds[0]?.seed).not.toBe(rounds[4]?.seed);
});
