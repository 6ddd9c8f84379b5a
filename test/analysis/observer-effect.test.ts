import { expect, test } from 'vitest';
import { type ObserverBlock, observerBlocks, pausesOf } from '../../src/analysis/observer-blocks.ts';
import {
  ObserverVisitor,
  observerEffect,
  observerEffectOfRun,
  observerReasons,
} from '../../src/analysis/observer-effect.ts';
import type { SampleChunk } from '../../src/analysis/scan-samples.ts';
import { kindOfBareLoop, kindOfHarness } from '../../src/results/record.ts';
import { SamplingBlocks } from '../../src/runner/sampling-blocks.ts';
import { generator, normal } from '../../src/stats/random.ts';

type Query = readonly [sent: number, completed: number, kind?: number];

function chunk(queries: readonly Query[]): SampleChunk {
  const times = (value: (query: Query) => number): Float64Array => Float64Array.from(queries, value);
  const nothing = times(() => 0);
  return {
    rows: queries.length,
    items: Int32Array.from(queries, () => 1),
    kind: Int32Array.from(queries, (query) => query[2] ?? kindOfHarness),
    scheduled: times(([sent]) => sent),
    sent: times(([sent]) => sent),
    started: times(([sent]) => sent),
    completed: times(([, completed]) => completed),
    preprocess: nothing,
    inference: nothing,
    postprocess: nothing,
  };
}

/** Blocks of one second in the order that the sampler would take them in. */
function blocksOf(seconds: number, seed: number): ObserverBlock[] {
  const order = new SamplingBlocks({ seconds: 1, seed });
  return Array.from({ length: seconds }, (_, block) => ({
    ...order.at(block + 0.5),
    from: block,
    to: block + 1,
  }));
}

/** One query after another for `seconds`, each `latency(on, at)` long. */
function roundOf(blocks: readonly ObserverBlock[], latency: (on: boolean, at: number) => number): ObserverVisitor {
  const visitor = new ObserverVisitor({ hertz: 10, blocks });
  const queries: Query[] = [];
  let at = 0;
  while (at < blocks.length) {
    const end = at + latency(blocks[Math.floor(at)]?.on ?? false, at);
    queries.push([at, end]);
    at = end;
  }
  // In two chunks, so that a block lies in both.
  const half = Math.floor(queries.length / 2);
  visitor.visit(chunk(queries.slice(0, half)));
  visitor.visit(chunk(queries.slice(half)));
  return visitor;
}

/** Latencies around 5 ms that drift by a tenth over the round and depend on the one before. */
function noisyLatency(seed: number, effect: number, seconds: number): (on: boolean, at: number) => number {
  const source = generator(seed);
  let state = 0;
  return (on, at) => {
    state = 0.7 * state + normal(source) * 0.05;
    const spike = normal(source) > 2.2 ? 1.5 : 1;
    return 0.005 * (1 + (0.1 * at) / seconds) * Math.exp(state) * spike * (on ? 1 + effect : 1);
  };
}

function effectOf(seed: number, effect: number, seconds = 20): ReturnType<typeof observerEffect> {
  return observerEffect([roundOf(blocksOf(seconds, seed), noisyLatency(seed + 1e6, effect, seconds))]);
}

test('without an effect, the intervals leave out 0 in no more than one of twenty runs', () => {
  let alarms50 = 0;
  let alarms99 = 0;
  const runs = 300;
  for (let seed = 0; seed < runs; seed++) {
    const effect = effectOf(seed, 0);
    if ('code' in effect || effect.p50 === null || effect.p99 === null) throw new Error(JSON.stringify(effect));
    if (effect.p50.ci95[0] > 0 || effect.p50.ci95[1] < 0) alarms50++;
    if (effect.p99.ci95[0] > 0 || effect.p99.ci95[1] < 0) alarms99++;
  }
  // With chance 0.05 each, 300 runs alarm 15 times; beyond 27 it is more than three deviations (√(300 · 0.05 · 0.95) = 3.8) off.
  expect(alarms50).toBeLessThan(27);
  expect(alarms99).toBeLessThan(27);
});

test('without an effect, p99 of about a hundred queries a block is not moved by how many queries each side has', () => {
  // With a tenth fewer on one side, p99 of a group would be its greatest value there and its second greatest on the other: 51 of 200.
  const latency = (seed: number): (() => number) => {
    const source = generator(seed);
    return () => 0.009 * Math.exp(0.3 * normal(source));
  };
  let alarms = 0;
  const runs = 200;
  for (let seed = 0; seed < runs; seed++) {
    const effect = observerEffect([roundOf(blocksOf(60, seed), latency(seed + 1e6))]);
    if ('code' in effect || effect.p99 === null) throw new Error(JSON.stringify(effect));
    if (effect.p99.ci95[0] > 0 || effect.p99.ci95[1] < 0) alarms++;
  }
  // With chance 0.05 each, 200 runs alarm 10 times; 20 is more than three deviations (3.1) off.
  expect(alarms).toBeLessThan(20);
});

test('an effect of 5 % on every query is found, and its interval holds it', () => {
  let found = 0;
  let held = 0;
  const runs = 60;
  for (let seed = 0; seed < runs; seed++) {
    const effect = effectOf(seed, 0.05);
    if ('code' in effect || effect.p50 === null) throw new Error(JSON.stringify(effect));
    const [low, high] = effect.p50.ci95;
    if (low > 0) found++;
    if (low <= 0.05 && high >= 0.05) held++;
  }
  expect(found).toBe(runs);
  // Of 60 intervals of 95 %, 57 hold the truth; below 51 it is more than three deviations (1.7) off.
  expect(held).toBeGreaterThan(51);
});

test('the change is that of the median of each pair: 10 ms with sampling and 8 ms without is 25 % more', () => {
  const effect = observerEffect([roundOf(blocksOf(20, 3), (on) => (on ? 0.01 : 0.008))]);
  expect(effect).toMatchObject({ hertz: 10, blocks: { on: 10, off: 10 } });
  if ('code' in effect) throw new Error();
  expect(effect.p50?.change).toBeCloseTo(0.25, 9);
  expect(effect.p50?.ci95[0]).toBeCloseTo(0.25, 9);
});

test('queries that an edge cuts, and those of the bare loop, count for neither side', () => {
  const visitor = new ObserverVisitor({
    hertz: 10,
    blocks: [
      { block: 0, on: true, from: 0, to: 1 },
      { block: 1, on: false, from: 1, to: 2 },
    ],
  });
  visitor.visit(
    chunk([
      [0.1, 0.2],
      [0.95, 1.05],
      // Within the first tenth of a block, with sampling and without.
      [0.05, 0.09],
      [1.05, 1.15],
      [1.2, 1.3],
      [1.4, 1.5, kindOfBareLoop],
      [1.95, 2.05],
    ]),
  );
  visitor.end();
  expect(visitor.ratios.p50.queries).toEqual({ on: 1, off: 1 });
});

test('five pairs are too few for an interval of 95 %, and the reason says that it takes six', () => {
  const visitors = [roundOf(blocksOf(10, 5), () => 0.01)];
  expect(observerEffect(visitors)).toEqual({ code: 'TOO_FEW_BLOCKS', need: 12, have: 10 });
});

test('pairs of several rounds make one interval', () => {
  const rounds = [1, 2, 3].map((seed) => roundOf(blocksOf(4, seed), () => 0.01));
  expect(observerEffect(rounds)).toMatchObject({ blocks: { on: 6, off: 6 }, p50: { change: 0 } });
});

test('slow queries of several pairs and rounds are joined until both sides have eleven', () => {
  // Four queries a block, less those that its edges cut: twelve pairs of at most four make groups of three pairs or more.
  const rounds = Array.from({ length: 8 }, (_, seed) => roundOf(blocksOf(10, seed), (on) => (on ? 0.22 : 0.2)));
  const effect = observerEffect(rounds);
  if ('code' in effect) throw new Error(JSON.stringify(effect));
  expect(effect.p50?.change).toBeCloseTo(0.1, 9);
  expect(effect.p99).toBeNull();
  expect(observerReasons(rounds)).toEqual({ p99: expect.objectContaining({ code: 'TOO_FEW_SAMPLES', need: 662 }) });
});

test('a round without blocks says so, and one rate is not mixed with another', () => {
  expect(observerEffect([])).toMatchObject({ code: 'NO_OBSERVER_BLOCKS' });
  const slower = new ObserverVisitor({ hertz: 5, blocks: blocksOf(4, 1) });
  slower.visit(chunk([[0.1, 0.9]]));
  const rounds = [roundOf(blocksOf(20, 3), (on) => (on ? 0.01 : 0.008)), slower];
  expect(observerEffect(rounds)).toMatchObject({ hertz: 10, blocks: { on: 10 } });
});

test('a run pools the pairs of its cases, however unlike their latencies are', () => {
  const cases = [0.01, 0.0001].map((seconds, seed) => [
    roundOf(blocksOf(6, seed), (on) => (on ? 1.02 * seconds : seconds)),
  ]);
  const effect = observerEffectOfRun(cases);
  if ('code' in effect) throw new Error(JSON.stringify(effect));
  expect(effect.blocks).toEqual({ on: 6, off: 6 });
  expect(effect.p50?.change).toBeCloseTo(0.02, 9);
});

test('blocks are read from the rows that begin them', () => {
  const columns = {
    time: Float64Array.of(10, 10.3, 10.5, 11, 11.2),
    'sampler.block': Float64Array.of(4, 4, 5, 6, 6),
    'sampler.on': Float64Array.of(1, 1, 0, 1, 1),
    'sampler.hertz': Float64Array.of(5, 5, 5, 5, 5),
  };
  expect(observerBlocks(columns, 10)).toEqual({
    hertz: 5,
    blocks: [
      { block: 4, on: true, from: 0, to: 0.5 },
      { block: 5, on: false, from: 0.5, to: 1 },
      { block: 6, on: true, from: 1, to: expect.closeTo(1.2, 9) },
    ],
  });
  expect(pausesOf(columns, 0)).toEqual([{ block: 5, on: false, from: 10.5, to: 11 }]);
  expect(observerBlocks({ time: columns.time }, 10)).toBeNull();
});

test('a stretch in which the sampler stood still is no block', () => {
  const columns = {
    time: Float64Array.of(0, 1, 9, 10),
    'sampler.block': Float64Array.of(0, 1, 9, 10),
    'sampler.on': Float64Array.of(1, 0, 1, 0),
    'sampler.hertz': Float64Array.of(5, 5, 5, 5),
  };
  expect(observerBlocks(columns, 0)?.blocks.map(({ block }) => block)).toEqual([0, 9]);
});
