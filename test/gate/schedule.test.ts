import { expect, test } from 'vitest';
import { schedule } from '../../src/gate/schedule.ts';

test('after any number of rounds the arms were first equally often, or one of them once more', () => {
  for (let seed = 0; seed < 50; seed++) {
    let baseFirst = 0;
    for (const { round, first } of schedule(seed, 'look', 41)) {
      if (first === 'base') baseFirst++;
      expect(Math.abs(2 * baseFirst - (round + 1))).toBeLessThanOrEqual(1);
    }
  }
});

test('either arm comes first in about half of the gates, and no order is kept in turns', () => {
  const orders = Array.from({ length: 400 }, (_, seed) =>
    schedule(seed, 'look', 10)
      .map(({ first }) => first[0])
      .join(''),
  );
  const baseFirst = orders.filter((order) => order.startsWith('b')).length;
  expect(Math.abs(baseFirst - 200)).toBeLessThan(40); // four standard deviations of 400 coins
  // 2^5 orders of ten rounds; strict turns are two of them.
  expect(new Set(orders).size).toBe(32);
  expect(orders.filter((order) => order === 'bhbhbhbhbh' || order === 'hbhbhbhbhb').length).toBeLessThan(60);
});

test('a seed determines the rounds, a longer schedule begins with a shorter one, and stages share no draws', () => {
  const ten = schedule(7, 'look', 10);
  expect(schedule(7, 'look', 40).slice(0, 10)).toEqual(ten);
  expect(schedule(8, 'look', 10)).not.toEqual(ten);
  const seeds = new Set([...ten, ...schedule(7, 'confirm', 10)].map(({ seed }) => seed));
  expect(seeds.size).toBe(20);
});
