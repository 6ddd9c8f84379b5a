import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { secondsToNextTick, Ticker } from '../../src/runner/ticker.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('the next tick is the next multiple of the period, however late the last one was', () => {
  expect(secondsToNextTick(0, 0.1)).toBeCloseTo(0.1, 12);
  expect(secondsToNextTick(0.23, 0.1)).toBeCloseTo(0.07, 12);
});

test('a tick that came a little early is followed by the one after it, not by itself again', () => {
  expect(secondsToNextTick(0.2995, 0.1)).toBeCloseTo(0.1005, 12);
});

test('multiples that were missed are left out', () => {
  expect(secondsToNextTick(7.31, 1)).toBeCloseTo(0.69, 12);
});

test('it ticks at the rate, and no more after stop', () => {
  const onTick = vi.fn();
  const ticker = new Ticker((elapsed) => secondsToNextTick(elapsed, 0.1), onTick);
  ticker.start();
  vi.advanceTimersByTime(1050);
  expect(onTick).toHaveBeenCalledTimes(10);
  ticker.stop();
  vi.advanceTimersByTime(1000);
  expect(onTick).toHaveBeenCalledTimes(10);
});
