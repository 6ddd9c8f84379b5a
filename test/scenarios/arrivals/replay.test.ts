import { expect, test } from 'vitest';
import { endlessReplayArrivals, replayArrivals } from '../../../src/scenarios/arrivals/replay.ts';

const next = (arrivals: { next(): number }, count: number): number[] =>
  Array.from({ length: count }, () => arrivals.next());

test('a trace is replayed once, twice as fast where that is asked for', () => {
  expect(next(replayArrivals(Float64Array.of(0, 0.5, 3), 2), 4)).toEqual([0, 0.25, 1.5, Number.POSITIVE_INFINITY]);
});

test('endless, the trace starts again one mean gap after its last arrival', () => {
  // The mean gap of 0, 1, 4 is 2: the next turn begins at 6.
  expect(next(endlessReplayArrivals(Float64Array.of(0, 1, 4), 1), 5)).toEqual([0, 1, 4, 6, 7]);
  expect(next(endlessReplayArrivals(Float64Array.of(0, 1, 4), 2), 5)).toEqual([0, 0.5, 2, 3, 3.5]);
});

test('endless, a trace of one moment comes once a second', () => {
  expect(next(endlessReplayArrivals(Float64Array.of(0, 0), 1), 5)).toEqual([0, 0, 1, 1, 2]);
});
