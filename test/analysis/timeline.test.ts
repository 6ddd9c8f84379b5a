import { expect, test } from 'vitest';
import type { ReadChunks } from '../../src/analysis/scan-samples.ts';
import { caseTimeline } from '../../src/analysis/timeline.ts';
import { kindOfBareLoop, kindOfHarness } from '../../src/results/record.ts';
import type { Case } from '../../src/results/run.ts';
import type { Columns } from '../../src/results/segment-file.ts';
import { steady } from '../report/judged.ts';
import { sketchCase } from '../report/sketch-case.ts';

interface Query {
  readonly due: number;
  readonly started: number;
  readonly done: number;
  readonly kind?: number;
}

/** Reads the queries of each file in two stretches. */
function chunksOf(files: Readonly<Record<string, readonly Query[]>>): ReadChunks {
  return async function* ({ file }) {
    const queries = files[file] ?? [];
    const half = Math.ceil(queries.length / 2);
    for (const part of [queries.slice(0, half), queries.slice(half)]) if (part.length > 0) yield columnsOf(part);
  };
}

function columnsOf(queries: readonly Query[]): Columns {
  const times = (of: (query: Query) => number) => Float64Array.from(queries, of);
  const none = times(() => 0);
  return {
    items: Int32Array.from(queries, () => 1),
    kind: Int32Array.from(queries, ({ kind }) => kind ?? kindOfHarness),
    scheduled: times(({ due }) => due),
    sent: times(({ due }) => due),
    started: times(({ started }) => started),
    completed: times(({ done }) => done),
    preprocess: none,
    inference: none,
    postprocess: none,
  };
}

/** A case with one round a list of rows, whose windows are `windowSeconds` long. */
function caseOf(rows: readonly number[], windowSeconds: number, scenario = 'server'): Case {
  const { one } = sketchCase({ workload: 'w', batchSize: 1, rounds: rows.length, scenario }, 1);
  const rounds = one.rounds.map((round, index) => ({
    ...round,
    samples: { file: `${index}`, rows: rows[index] ?? 0, sha256: '' },
    summary: round.summary === null ? null : { ...round.summary, windowSeconds },
  }));
  return { ...one, rounds };
}

test('a bucket has the least, the mean and the largest response time of the queries that ended in it', async () => {
  // Four rows in 4 s: buckets of 1 s. The queries end in seconds 0, 0, 2 and 3.
  const queries = [
    { due: 0, started: 0, done: 0.2 },
    { due: 0.1, started: 0.2, done: 0.7 },
    { due: 1.5, started: 1.6, done: 2.5 },
    { due: 3, started: 3, done: 3.25 },
  ];
  const found = await caseTimeline(caseOf([4], 4), chunksOf({ 0: queries }));
  expect(found).toMatchObject({ round: 0, what: 'response', windowSeconds: 4 });
  expect(found?.seconds).toEqual([0.5, 2.5, 3.5]);
  expect(found?.queries).toEqual([2, 1, 1]);
  expect(found?.min[0]).toBeCloseTo(0.2, 12);
  expect(found?.mean[0]).toBeCloseTo(0.4, 12); // (0.2 + 0.6) / 2
  expect(found?.max[0]).toBeCloseTo(0.6, 12);
  expect(found?.mean[1]).toBeCloseTo(1, 12);
});

test('offline has service times, which do not count the wait', async () => {
  const queries = [
    { due: 0, started: 0.5, done: 1 },
    { due: 0, started: 1, done: 1.75 },
  ];
  const found = await caseTimeline(caseOf([2], 2, 'offline'), chunksOf({ 0: queries }));
  expect(found?.what).toBe('service');
  expect(found?.mean).toEqual([0.625]); // Both end in the second half: (0.5 + 0.75) / 2.
});

test('however many queries there are, 200 buckets hold them all', async () => {
  const queries = Array.from({ length: 5000 }, (_, query) => ({
    due: query / 1000,
    started: query / 1000,
    done: (query + 0.5) / 1000,
  }));
  const found = await caseTimeline(caseOf([5000], 5), chunksOf({ 0: queries }));
  expect(found?.seconds).toHaveLength(200);
  expect(found?.queries).toEqual(Array(200).fill(25));
});

test('queries of a bare loop are not of the case, and one that ends after the window is in its last bucket', async () => {
  const queries = [
    { due: 0, started: 0, done: 0.25, kind: kindOfBareLoop },
    { due: 0, started: 0, done: 0.5 },
    { due: 1, started: 1, done: 9 },
  ];
  const found = await caseTimeline(caseOf([3], 3), chunksOf({ 0: queries }));
  expect([found?.seconds, found?.mean]).toEqual([
    [0.5, 2.5],
    [0.5, 8],
  ]);
});

test('the round that is not steady is the one that is shown', async () => {
  const query = [{ due: 0, started: 0, done: 0.5 }];
  const one = caseOf([1, 1, 1], 1);
  const judged = {
    ...one,
    rounds: one.rounds.map((round, index) =>
      round.summary === null
        ? round
        : { ...round, summary: { ...round.summary, steadyState: steady(index === 1 ? { verdict: 'up' } : {}) } },
    ),
  };
  expect((await caseTimeline(judged, chunksOf({ 0: query, 1: query, 2: query })))?.round).toBe(1);
  expect((await caseTimeline(one, chunksOf({ 0: query, 1: query, 2: query })))?.round).toBe(0);
});

test('a case without a finished round has none', async () => {
  expect(await caseTimeline({ ...caseOf([1], 1), rounds: [] }, chunksOf({}))).toBeNull();
});
