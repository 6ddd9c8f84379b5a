import { expect, test } from 'vitest';
import { timeFunction } from '../../src/kernel/function-timing.ts';

test('every call that counts has its seconds, in the order of the calls, the warm-up none', async () => {
  let calls = 0;
  const seconds = await timeFunction(
    () => {
      calls += 1;
    },
    { seconds: 0, minCalls: 7, warmupSeconds: 0 },
  );
  expect(seconds).toHaveLength(7);
  // One for the warm-up, which does not count.
  expect(calls).toBe(8);
  expect(seconds.every((value) => value >= 0)).toBe(true);
});

test('a promise is waited for', async () => {
  const [seconds] = await timeFunction(() => new Promise((resolve) => setTimeout(resolve, 20)), {
    seconds: 0,
    minCalls: 1,
    warmupSeconds: 0,
  });
  // A timer never fires early by more than the millisecond to which it is rounded.
  expect(seconds).toBeGreaterThan(0.018);
});

test('what the function throws is thrown', async () => {
  const failing = () => {
    throw new Error('broken');
  };
  await expect(timeFunction(failing, { seconds: 0, minCalls: 1, warmupSeconds: 0 })).rejects.toThrow('broken');
});
