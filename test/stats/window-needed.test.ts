import { expect, test } from 'vitest';
import { windowNeeded } from '../../src/stats/window-needed.ts';

test('independent queries of 10 ms that vary by 20 % need 62 of them', () => {
  // (1.96 · 0.2 / 0.05)² = 61.5.
  const needed = windowNeeded({ variation: 0.2, correlationTime: 1, secondsPerValue: 0.01, p99Seconds: 0.02 });
  expect(needed).toBeCloseTo(0.62, 12);
});

test('queries of which four are worth one need four times as many', () => {
  const needed = windowNeeded({ variation: 0.2, correlationTime: 4, secondsPerValue: 0.01, p99Seconds: 0.02 });
  expect(needed).toBeCloseTo(4 * 0.62, 12);
});

test('five of the slowest queries fit in, and the floor is kept', () => {
  const slow = { variation: 0.2, correlationTime: 1, secondsPerValue: 0.01, p99Seconds: 1 };
  expect(windowNeeded(slow)).toBe(5);
  expect(windowNeeded({ ...slow, floorSeconds: 8 })).toBe(8);
});
