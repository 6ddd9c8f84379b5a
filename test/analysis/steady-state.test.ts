import { expect, test } from 'vitest';
import type { SampleChunk } from '../../src/analysis/scan-samples.ts';
import { SteadyVisitor } from '../../src/analysis/steady-state.ts';
import { kindOfBareLoop, kindOfHarness } from '../../src/results/record.ts';
import type { SteadyState } from '../../src/results/run.ts';
import { generator, normal } from '../../src/stats/random.ts';

interface Query {
  readonly scheduled: number;
  readonly started: number;
  readonly completed: number;
  readonly kind?: number;
}

function chunkOf(queries: readonly Query[]): SampleChunk {
  const column = (of: (query: Query) => number) => Float64Array.from(queries, of);
  const none = new Float64Array(queries.length);
  return {
    rows: queries.length,
    items: new Int32Array(queries.length).fill(1),
    kind: Int32Array.from(queries, ({ kind = kindOfHarness }) => kind),
    scheduled: column(({ scheduled }) => scheduled),
    sent: column(({ started }) => started),
    started: column(({ started }) => started),
    completed: column(({ completed }) => completed),
    preprocess: none,
    inference: none,
    postprocess: none,
  };
}

function judge(queries: readonly Query[], kind = 'single_stream') {
  const harness = queries.filter((query) => (query.kind ?? kindOfHarness) === kindOfHarness).length;
  const windowSeconds = queries.at(-1)?.completed ?? 0;
  const visitor = new SteadyVisitor({ queries: harness, windowSeconds, scenario: { kind } });
  // In stretches of 100 rows, as a file comes.
  for (let row = 0; row < queries.length; row += 100) visitor.visit(chunkOf(queries.slice(row, row + 100)));
  return visitor.result();
}

function steady(queries: readonly Query[], kind?: string): SteadyState {
  const result = judge(queries, kind);
  if ('code' in result) throw new Error(`Expected figures, got ${JSON.stringify(result)}.`);
  return result;
}

/** One query after the other; `gap`: seconds between two of them. */
function stream(latencies: readonly number[], gap: (query: number) => number = () => 0): Query[] {
  let now = 0;
  return latencies.map((latency, query) => {
    const scheduled = now + gap(query);
    now = scheduled + latency;
    return { scheduled, started: scheduled, completed: now };
  });
}

function noisy(count: number, level: (share: number) => number, variation = 0.02, seed = 1): number[] {
  const source = generator(seed);
  return Array.from({ length: count }, (_, index) => level(index / count) * (1 + variation * normal(source)));
}

test('seven queries are too few, and eight do', () => {
  expect(judge(stream(new Array(7).fill(1)))).toEqual({ code: 'TOO_FEW_QUERIES', need: 8, have: 7 });
  expect(steady(stream(new Array(8).fill(1)))).toEqual({
    verdict: 'plateau',
    series: 'latency',
    buckets: 8,
    bucketSeconds: 1,
    variation: 0,
    drift: 0,
    trendP: 1,
    levelShift: null,
    plateauFromSeconds: 0,
    // Values that do not vary need no window, and five times a p99 of 1 s, which lies below 2^(1/16) s.
    windowNeededSeconds: expect.closeTo(5 * 2 ** (1 / 16), 9),
  });
});

test('a window of ten thousand steady queries is a plateau from its start, judged by 32 buckets', () => {
  expect(steady(stream(noisy(10_000, () => 0.01)))).toMatchObject({
    verdict: 'plateau',
    buckets: 32,
    bucketSeconds: expect.closeTo(100 / 32, 1),
    levelShift: null,
    plateauFromSeconds: 0,
  });
});

test('a latency that rises by a tenth over the window is up, and its drift is that tenth of the mean', () => {
  const rising = steady(stream(noisy(2_000, (share) => 0.01 * (1 + 0.1 * share))));
  expect(rising).toMatchObject({ verdict: 'up', series: 'latency', levelShift: null });
  // From the middle of the first of 32 buckets to that of the last, over the mean of 1.05: 0.1 · 31 / 32 / 1.05.
  expect(rising.drift).toBeCloseTo((0.1 * 31) / 32 / 1.05, 2);
  expect(rising.trendP).toBeLessThan(0.001);
});

test('a latency that falls by a tenth at two thirds of the queries is down at that time, and steady from there at the latest', () => {
  const queries = stream(noisy(3_000, (share) => (share < 0.5 ? 0.01 : 0.009)));
  const { verdict, levelShift, plateauFromSeconds } = steady(queries);
  expect(verdict).toBe('down');
  // 1,500 queries of 10 ms take 15 s; buckets last half a second.
  expect(levelShift?.atSeconds).toBeGreaterThan(14.4);
  expect(levelShift?.atSeconds).toBeLessThan(15.6);
  expect(levelShift?.before).toBeCloseTo(0.01, 4);
  expect(levelShift?.after).toBeCloseTo(0.009, 4);
  expect(plateauFromSeconds).toBeGreaterThan(10);
  expect(plateauFromSeconds).toBeLessThan(15.6);
});

test('a window that begins too slowly is steady from where that ends on: the first plateau', () => {
  const slowStart = stream(noisy(3_200, (share) => (share < 0.125 ? 0.02 : 0.01)));
  // 400 queries of 20 ms: 8 s, the end of the fourth of 32 buckets.
  // Ranks cannot tell so short a stretch at the end from chance, but it varies too much to be called steady.
  expect(steady(slowStart)).toMatchObject({ verdict: 'none', plateauFromSeconds: expect.closeTo(8, 0) });
});

test('what swings by a half from bucket to bucket has no steady state, up or down', () => {
  const swinging = Array.from({ length: 1_280 }, (_, query) => 0.01 * (1 + 0.5 * Math.sin(query / 50)));
  expect(steady(stream(swinging)).verdict).toBe('none');
});

test('a steady latency whose queries follow ever more slowly is up, in throughput', () => {
  const slowing = stream(
    noisy(2_000, () => 0.01),
    (query) => (0.002 * query) / 2_000,
  );
  expect(steady(slowing)).toMatchObject({ verdict: 'up', series: 'throughput' });
});

test('the pace of a schedule, and that of queries with a bare loop between them, is not judged', () => {
  const slowing = stream(
    noisy(2_000, () => 0.01),
    (query) => (0.002 * query) / 2_000,
  );
  expect(steady(slowing, 'server')).toMatchObject({ verdict: 'plateau', series: 'latency' });
  const alternating = slowing.flatMap((query) => [query, { ...query, kind: kindOfBareLoop }]);
  expect(steady(alternating)).toMatchObject({ verdict: 'plateau', series: 'latency' });
});

test('offline the service time is judged, for the response time rises with every batch', () => {
  const batches = noisy(200, () => 0.1);
  const offline = stream(batches).map((query) => ({ ...query, scheduled: 0 }));
  expect(steady(offline, 'offline').verdict).toBe('plateau');
  expect(steady(offline, 'single_stream').verdict).toBe('up');
});

test('the window that is needed grows with the square of the variation', () => {
  // ⌈(1.96 · 0.24 / 0.05)²⌉ = 89 queries of 10 ms, and a quarter of them at half the variation.
  const needed = (variation: number) => steady(stream(noisy(100, () => 0.01, variation))).windowNeededSeconds;
  expect(needed(0.24)).toBeGreaterThan(0.89 * 0.75);
  expect(needed(0.24)).toBeLessThan(0.89 * 1.33);
  expect(needed(0.24) / needed(0.12)).toBeCloseTo(4, 0);
});

test('another number of queries than the round has is told', () => {
  const visitor = new SteadyVisitor({ queries: 10, windowSeconds: 9, scenario: { kind: 'single_stream' } });
  visitor.visit(chunkOf(stream(new Array(9).fill(1))));
  expect(visitor.result()).toEqual({ code: 'QUERY_COUNT_DIFFERS', need: 10, have: 9 });
});
