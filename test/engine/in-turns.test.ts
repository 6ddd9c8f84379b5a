import { expect, test } from 'vitest';
import { type Arm, medianText, ratioOf, ratioText, timeInTurns } from '../../bench/in-turns.mjs';

test('in every round each arm has one turn, and the order is not always the same', async () => {
  const log: string[] = [];
  let now = 0;
  // Of the two arms, a turn of 20 ms holds 5 runs and 1 run, and before these one that is not counted.
  const arm = (name: string, milliseconds: number): Arm => ({
    name,
    query: { feeds: {}, shape: 0 },
    pipeline: {
      async infer() {
        log.push(name);
        now += milliseconds;
        return {};
      },
    },
  });
  const seconds = await timeInTurns([arm('a', 4), arm('b', 30)], 12, () => now);
  expect([...seconds]).toEqual([
    ['a', Array(12).fill(0.004)],
    ['b', Array(12).fill(0.03)],
  ]);
  // Two runs of each to warm up, and two to find out how many make a turn.
  const turns = log.slice(2 * 2 + 2 * 2).join('');
  const rounds = Array.from({ length: 12 }, (_, round) => turns.slice(8 * round, 8 * round + 8));
  expect(turns).toHaveLength(12 * 8);
  expect(new Set(rounds)).toEqual(new Set(['aaaaaabb', 'bbaaaaaa']));
});

test('the ratio is of the rounds in pairs: drift that hits both changes nothing', () => {
  const drifting = [1, 2, 4, 8, 16, 32, 64, 128];
  const seconds = new Map([
    ['slow', drifting.map((value) => 3 * value)],
    ['fast', drifting],
  ]);
  const { ratio, low, high } = ratioOf(seconds, 'slow', 'fast');
  for (const value of [ratio, low, high]) expect(value).toBeCloseTo(3, 12);
  expect(ratioText(ratioOf(seconds, 'fast', 'slow'))).toBe('0.333 × [0.333, 0.333]');
});

test('rounds that are too few for an interval are refused with how many would do', () => {
  const seconds = new Map([
    ['slow', [2, 2]],
    ['fast', [1, 1]],
  ]);
  expect(() => ratioOf(seconds, 'slow', 'fast')).toThrow('Expected at least 6 rounds, got 2.');
});

test('a median is told in milliseconds', () => {
  expect(medianText([0.003, 0.001, 0.0021234])).toBe('2.123 ms');
});
