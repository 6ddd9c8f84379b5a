import { expect, test } from 'vitest';
import { type PooledSamples, poolSamples } from '../../src/analysis/pool-samples.ts';
import type { Times } from '../../src/analysis/query-times.ts';
import { type SampleChunk, type SampleVisitor, scanSamples } from '../../src/analysis/scan-samples.ts';
import { kindOfBareLoop, type QueryRecord } from '../../src/results/record.ts';
import { generator, uniform } from '../../src/stats/random.ts';
import { Samples } from './run-fixture.ts';

/** Queries that wait for the load generator and in a queue, in the order of completion. */
function queries(count: number, seed: number): QueryRecord[] {
  const random = generator(seed);
  let completed = 0;
  return Array.from({ length: count }, (_, query) => {
    const scheduled = query * 1e-3;
    const sent = scheduled + 1e-5 * uniform(random);
    const started = Math.max(sent, completed);
    completed = started + 2e-3 * uniform(random);
    const [preprocess, inference, postprocess] = [1e-4, 5e-4, 1e-4].map((most) => most * uniform(random)) as [
      number,
      number,
      number,
    ];
    const stages = { preprocess, inference, postprocess };
    return { query, items: 2, firstItem: 0, kind: 0, scheduled, sent, started, completed, ...stages };
  });
}

const rounds = [queries(700, 1), queries(450, 2)];
const all = rounds.flat();

function pooled(keep?: number, summarisedBy: 'response' | 'service' = 'response'): Promise<PooledSamples> {
  const samples = new Samples();
  const files = rounds.map((records, round) => ({ file: samples.add(`r${round}`, records), visitors: [] }));
  return poolSamples(files, samples.read.chunks, summarisedBy, keep);
}

/** The figures that a summary takes, by sorting. */
function sortedFigures(of: (record: QueryRecord) => number, records = all): number[] {
  const sorted = Float64Array.from(records, of).sort();
  const ranks = [0, sorted.length - 1, ...[0.5, 0.9, 0.95, 0.99, 0.999].map((p) => Math.floor(sorted.length * p))];
  return ranks.map((rank) => sorted[rank] ?? Number.NaN);
}

function figures(times: Times): number[] {
  const ranks = [0, times.count - 1, ...[0.5, 0.9, 0.95, 0.99, 0.999].map((p) => Math.floor(times.count * p))];
  return ranks.map((rank) => times.at(rank));
}

test.each([undefined, 100, 1])('each length of time is that of sorting, with room for %s values', async (keep) => {
  const pool = await pooled(keep);
  const expected = {
    response: sortedFigures(({ completed, scheduled }) => completed - scheduled),
    service: sortedFigures(({ completed, started }) => completed - started),
    queue: sortedFigures(({ started, sent }) => started - sent),
    delay: sortedFigures(({ sent, scheduled }) => sent - scheduled),
    preprocess: sortedFigures(({ preprocess }) => preprocess),
    inference: sortedFigures(({ inference }) => inference),
    postprocess: sortedFigures(({ postprocess }) => postprocess),
  };
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    expect(figures(pool[name])).toEqual(expected[name]);
    expect(pool[name].count).toBe(all.length);
  }
  const exactly = all.reduce((sum, { inference }) => sum + inference, 0) / all.length;
  expect(pool.inference.mean).toBeCloseTo(exactly, 15);
});

test('however many values there is room for, means are the same to the last bit', async () => {
  const [much, little] = [await pooled(), await pooled(1)];
  for (const name of ['response', 'queue', 'inference'] as const) expect(little[name].mean).toBe(much[name].mean);
});

test.each([undefined, 100])('rounds are told apart, with room for %s values', async (keep) => {
  for (const summarisedBy of ['response', 'service'] as const) {
    const pool = await pooled(keep, summarisedBy);
    for (const [index, records] of rounds.entries()) {
      const round = pool.rounds[index];
      const from = summarisedBy === 'response' ? 'scheduled' : 'started';
      expect(round).toMatchObject({ queries: records.length, items: 2 * records.length, hasBareLoop: false });
      expect(round?.lastCompleted).toBe(records.at(-1)?.completed);
      expect(round && figures(round.times)).toEqual(sortedFigures((one) => one.completed - one[from], records));
    }
  }
});

test('queries of a bare loop are pooled by themselves', async () => {
  const samples = new Samples();
  const mixed = queries(40, 3).map((record, index) => ({ ...record, kind: index % 2 === 0 ? 0 : kindOfBareLoop }));
  const pool = await poolSamples([{ file: samples.add('r', mixed), visitors: [] }], samples.read.chunks, 'response');
  expect([pool.service.count, pool.bare.count]).toEqual([20, 20]);
  expect(pool.rounds[0]).toMatchObject({ queries: 20, items: 40, hasBareLoop: true });
  const bare = mixed.filter(({ kind }) => kind === kindOfBareLoop);
  expect(figures(pool.bare)).toEqual(sortedFigures(({ completed, started }) => completed - started, bare));
});

test('whoever else looks at a round sees its rows once, however often the files are passed over', async () => {
  const samples = new Samples();
  const seen: number[] = [];
  const visitor: SampleVisitor = { visit: ({ completed }: SampleChunk) => void seen.push(...completed) };
  let passes = 0;
  const counted = (...args: Parameters<typeof samples.read.chunks>) => {
    passes++;
    return samples.read.chunks(...args);
  };
  const file = samples.add('r', queries(300, 4));
  await poolSamples([{ file, visitors: [visitor] }], counted, 'response', 50);
  expect(passes).toBeGreaterThan(1);
  const once: number[] = [];
  await scanSamples(file, samples.read.chunks, [{ visit: ({ completed }) => void once.push(...completed) }]);
  expect(seen).toEqual(once);
});

test('no rounds have no times', async () => {
  const pool = await poolSamples([], new Samples().read.chunks, 'response');
  expect(pool.rounds).toEqual([]);
  expect(pool.response.count).toBe(0);
  expect(pool.response.mean).toBeNaN();
});
