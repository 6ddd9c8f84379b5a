import { expect, test } from 'vitest';
import type { ArrivalTimes } from '../../../src/scenarios/arrivals/arrival-times.ts';
import { constantArrivals } from '../../../src/scenarios/arrivals/constant.ts';
import { replayArrivals } from '../../../src/scenarios/arrivals/replay.ts';
import { generateClosedLoop, generateOnSchedule } from '../../../src/scenarios/generator/generate.ts';
import { QueryRing } from '../../../src/scenarios/generator/query-ring.ts';

/**
 * A clock that goes on by `step` each time it is read, from 100. `at`: what happens when it has come so far, such as an order; all numbers are
 * powers of two, so that sums are exact.
 */
function clock(step: number, at: readonly (readonly [time: number, event: () => void])[] = []) {
  let time = 100 - step;
  const events = [...at];
  return () => {
    time += step;
    while (events[0] !== undefined && time >= events[0][0]) events.shift()?.[1]();
    return time;
  };
}

function queries(ring: QueryRing): number[][] {
  const taken: number[][] = [];
  while (ring.take()) taken.push([ring.number, ring.scheduled, ring.sent]);
  return taken;
}

const never: ArrivalTimes = { next: () => Number.POSITIVE_INFINITY };

test('queries are sent at the first reading of the clock at which they are due', () => {
  const ring = QueryRing.allocate(16);
  const bounds = { minQueries: 4, minSeconds: 0, maxSeconds: 60 };
  // The clock reads 0 at the start of the window, and then 0.375, 0.75, 1.125 …
  const stopped = generateOnSchedule({ ring, bounds, now: clock(0.375) }, null, constantArrivals(1));
  expect(stopped).toBe(null);
  expect(ring.startOf('window')).toBe(100);
  expect(queries(ring)).toEqual([
    [0, 0, 0.375],
    [1, 1, 1.125],
    [2, 2, 2.25],
    [3, 3, 3],
  ]);
});

test('whoever falls behind sends what is due at once, and each query keeps the time at which it was due', () => {
  const ring = QueryRing.allocate(16);
  const bounds = { minQueries: 4, minSeconds: 0, maxSeconds: 60 };
  generateOnSchedule({ ring, bounds, now: clock(2) }, null, constantArrivals(2));
  expect(queries(ring).map(([, scheduled, sent]) => [scheduled, sent])).toEqual([
    [0, 2],
    [0.5, 4],
    [1, 6],
    [1.5, 8],
  ]);
});

test.each([
  ['both minima are reached', { minQueries: 2, minSeconds: 2.5, maxSeconds: 60 }, 3], // due at 0, 1, 2; the next at 3 ≥ 2.5
  ['the maximum is', { minQueries: 100, minSeconds: 0, maxSeconds: 4 }, 4], // due at 0 … 3; the next at 4
])('the window takes what is due before %s', (_, bounds, count) => {
  const ring = QueryRing.allocate(16);
  generateOnSchedule({ ring, bounds, now: clock(0.25) }, null, constantArrivals(1));
  expect(queries(ring)).toHaveLength(count);
});

test('a schedule that ends, ends the window', () => {
  const ring = QueryRing.allocate(16);
  const bounds = { minQueries: Number.POSITIVE_INFINITY, minSeconds: 0, maxSeconds: 60 };
  generateOnSchedule({ ring, bounds, now: clock(0.25) }, null, replayArrivals(Float64Array.of(0, 0.5, 8), 1));
  expect(queries(ring).map(([, scheduled]) => scheduled)).toEqual([0, 0.5, 8]);
});

test('the window begins when it is ordered, with its own schedule, and drops nothing that the warm-up has sent', () => {
  const ring = QueryRing.allocate(16);
  ring.order('start');
  const now = clock(0.25, [[103, () => ring.order('window')]]);
  const bounds = { minQueries: 2, minSeconds: 0, maxSeconds: 60 };
  generateOnSchedule({ ring, bounds, now }, constantArrivals(1), constantArrivals(2));
  expect(ring.startOf('warm-up')).toBe(100);
  expect(ring.startOf('window')).toBeGreaterThanOrEqual(103);
  // Counted down from −1 in the warm-up, up from 0 in the window; times from the start of either.
  expect(queries(ring).map(([number, scheduled]) => [number, scheduled])).toEqual([
    [-1, 0],
    [-2, 1],
    [-3, 2],
    [-4, 3],
    [0, 0],
    [1, 0.5],
  ]);
});

test('a full queue ends the load of the window, and the load says so', () => {
  const ring = QueryRing.allocate(2);
  const bounds = { minQueries: 9, minSeconds: 0, maxSeconds: 60 };
  expect(generateOnSchedule({ ring, bounds, now: clock(1) }, null, constantArrivals(1))).toBe('QUEUE_FULL');
  expect(queries(ring)).toHaveLength(2);
});

test('a load that is ordered to stop stops while it waits for the next query', () => {
  const ring = QueryRing.allocate(16);
  const now = clock(0.25, [[102.5, () => ring.order('stop')]]);
  const bounds = { minQueries: 1000, minSeconds: 0, maxSeconds: 1e12 };
  const arrivals = replayArrivals(Float64Array.of(0, 1, 1e9), 1);
  expect(generateOnSchedule({ ring, bounds, now }, null, arrivals)).toBe('OVER_SATURATED');
  expect(queries(ring)).toHaveLength(2);
});

test('a warm-up without arrivals still hands over', () => {
  const ring = QueryRing.allocate(4);
  ring.order('start');
  const now = clock(1, [[105, () => ring.order('window')]]);
  generateOnSchedule(
    { ring, bounds: { minQueries: 1, minSeconds: 0, maxSeconds: 9 }, now },
    never,
    constantArrivals(1),
  );
  expect(queries(ring).map(([number]) => number)).toEqual([0]);
});

/** A server that completes one query at each of these moments, as long as there is one. */
function completions(ring: QueryRing, moments: readonly number[], taken: number[][]) {
  return moments.map((moment) => {
    const serve = (): void => {
      if (!ring.take()) return;
      taken.push([ring.number, ring.scheduled, ring.sent]);
      ring.complete(moment);
    };
    return [moment, serve] as const;
  });
}

test('a closed loop schedules a query at the moment at which another one is done', () => {
  const ring = QueryRing.allocate(8);
  ring.order('start');
  const taken: number[][] = [];
  // Read for 0.25 ahead: what is done at 101 is seen at 101.25 at the latest.
  const now = clock(0.25, completions(ring, [101, 102, 103, 104], taken));
  const bounds = { minQueries: 4, minSeconds: 0, maxSeconds: 60 };
  const timed = { ring, bounds, now };
  // The loop reads the clock only when it sends: something must make the time pass while it waits.
  const waiting = new Proxy(ring, {
    get(target, name) {
      if (name === 'completed') now();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  generateClosedLoop({ ...timed, ring: waiting }, 2, false);
  taken.push(...queries(ring));
  expect(taken.map(([number, scheduled]) => [number, scheduled])).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  for (const [, scheduled = 0, sent = 0] of taken) expect(sent).toBeGreaterThanOrEqual(scheduled);
});

test("of a closed loop those queries are the window's that are scheduled after it began", () => {
  const ring = QueryRing.allocate(8);
  ring.order('start');
  const taken: number[][] = [];
  const events = [
    ...completions(ring, [101, 102], taken),
    [102.5, () => ring.order('window')] as const,
    ...completions(ring, [103, 104, 105], taken),
  ];
  const now = clock(0.25, events);
  const waiting = new Proxy(ring, {
    get(target, name) {
      if (name === 'completed') now();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  generateClosedLoop({ ring: waiting, bounds: { minQueries: 2, minSeconds: 0, maxSeconds: 60 }, now }, 2, true);
  taken.push(...queries(ring));
  // Two at the start of the warm-up and one for each of its two completions; then two in the window.
  expect(taken.map(([number]) => number)).toEqual([-1, -2, -3, -4, 0, 1]);
  const start = ring.startOf('window');
  expect(start).toBeGreaterThan(102.5);
  expect(taken.slice(4).map(([, scheduled = 0]) => scheduled + start)).toEqual([103, 104]);
});

test('the time of a closed loop counts from the completion of the last query of the warm-up', () => {
  const ring = QueryRing.allocate(8);
  ring.order('start');
  const taken: number[][] = [];
  const events = [
    ...completions(ring, [101], taken),
    [101.5, () => ring.order('window')] as const,
    // Those of −2 and −3, which were under way, and of the window.
    ...completions(ring, [102, 104, 105, 106, 107, 108], taken),
  ];
  const now = clock(0.25, events);
  const waiting = new Proxy(ring, {
    get(target, name) {
      if (name === 'completed') now();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  generateClosedLoop({ ring: waiting, bounds: { minQueries: 2, minSeconds: 3, maxSeconds: 60 }, now }, 2, true);
  taken.push(...queries(ring));
  // Scheduled at 102, 104, 105 and 106; at 107 the three seconds since 104 are over.
  expect(taken.map(([number]) => number)).toEqual([-1, -2, -3, 0, 1, 2, 3]);
});
