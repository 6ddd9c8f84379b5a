import { expect, test } from 'vitest';
import {
  type ScheduledScenario,
  warmupArrivals,
  windowArrivals,
} from '../../../src/scenarios/arrivals/create-arrivals.ts';
import type { Arrivals } from '../../../src/suite/plan.ts';

const bounds = { minQueries: 20, minSeconds: 3, maxSeconds: 60 };
const server = (arrivals: Arrivals): ScheduledScenario => ({ kind: 'server', rate: 10, arrivals });
const times = (arrivals: { next(): number }, count: number): number[] =>
  Array.from({ length: count }, () => arrivals.next());

test.each<Arrivals>([
  { kind: 'poisson', normalise: false },
  { kind: 'poisson', normalise: true },
  { kind: 'gamma', burstiness: 0.5 },
  { kind: 'ramp', shape: 'linear', from: 1, seconds: 5 },
])('the seed alone decides the schedule of $kind arrivals', (arrivals) => {
  const request = { scenario: server(arrivals), bounds, trace: null };
  const first = times(windowArrivals({ ...request, seed: 4 }), 50);
  expect(times(windowArrivals({ ...request, seed: 4 }), 50)).toEqual(first);
  expect(times(windowArrivals({ ...request, seed: 5 }), 50)).not.toEqual(first);
});

test('a normalised schedule reaches its rate over the queries that the window takes at least', () => {
  const scenario = server({ kind: 'poisson', normalise: true });
  // 3 s at 10 a second are 30 queries, more than the 20 that are asked for: the one after them is due at 3 s.
  expect(times(windowArrivals({ scenario, seed: 1, bounds, trace: null }), 31)[30]).toBeCloseTo(3, 12);
});

test('before a ramp the warm-up has the rate that it starts from, or the one that it ends at where that is 0', () => {
  const rateOf = (from: number): number => {
    const scenario = server({ kind: 'ramp', shape: 'linear', from, seconds: 5 });
    return 2000 / (times(warmupArrivals({ scenario, seed: 1, bounds, trace: null }), 2001)[2000] ?? 0);
  };
  // Four standard errors of 2,000 exponential gaps.
  expect(Math.abs(rateOf(2) / 2 - 1)).toBeLessThan(4 / Math.sqrt(2000));
  expect(Math.abs(rateOf(0) / 10 - 1)).toBeLessThan(4 / Math.sqrt(2000));
});

test('the warm-up of a replay repeats the trace, the window has it once', () => {
  const trace = { file: '/trace', sha256: '', queries: 2, seconds: 1 };
  const request = {
    scenario: { kind: 'replay', trace, speed: 1 } as const,
    seed: 1,
    bounds,
    trace: Float64Array.of(0, 1),
  };
  expect(times(windowArrivals(request), 3)).toEqual([0, 1, Number.POSITIVE_INFINITY]);
  expect(times(warmupArrivals(request), 4)).toEqual([0, 1, 2, 3]);
});
