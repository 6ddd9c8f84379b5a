import { expect, test } from 'vitest';
import { monotonicSeconds } from '../../src/kernel/clock.ts';

test('the clock never goes back', () => {
  const readings = Array.from({ length: 10_000 }, monotonicSeconds);
  expect(readings.filter((reading, index) => reading < (readings[index - 1] ?? 0))).toEqual([]);
});

test('the clock is the monotonic clock of the system, which other processes read too', () => {
  const [seconds, nanoseconds] = process.hrtime();
  expect(Math.abs(monotonicSeconds() - (seconds + nanoseconds / 1e9))).toBeLessThan(1);
});
