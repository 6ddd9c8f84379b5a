import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withTimeout } from '../../src/kernel/lifecycle.ts';

test('work that never ends is given up, and the error says what it was', async () => {
  await expect(withTimeout(new Promise(() => {}), 0.01, 'start of hanging')).rejects.toThrow(
    'The start of hanging took longer than 0.01 s.',
  );
});

test('work that ends in time keeps its outcome', async () => {
  expect(await withTimeout(Promise.resolve(42), 60, 'work')).toBe(42);
  await expect(withTimeout(Promise.reject(new Error('the work failed')), 60, 'work')).rejects.toThrow(
    'the work failed',
  );
});

test('a time that is longer than a timer can run does not end the work at once', async () => {
  expect(await withTimeout(sleep(20, 'done'), 1000 * 3600, 'work')).toBe('done');
});
