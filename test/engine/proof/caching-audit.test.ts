import { expect, test } from 'vitest';
import type { TensorData } from '../../../src/engine/backends/backend.ts';
import type { PreparedQuery } from '../../../src/engine/pipeline.ts';
import { auditCaching } from '../../../src/engine/proof/caching-audit.ts';
import { generator, uniform } from '../../../src/stats/random.ts';

function query(data: TensorData = Float32Array.from({ length: 64 }, (_, index) => index / 64)): PreparedQuery {
  return { feeds: { x: { type: 'float32', dims: [data.length], data } }, shape: 0 };
}

/** An engine on a clock of its own: a run takes what `cost` says, given whether `remembers` has seen its input. */
function engine(remembers: (key: string) => boolean, cost: (isKnown: boolean) => number) {
  let seconds = 0;
  let runs = 0;
  return {
    now: () => seconds,
    infer: async ({ feeds }: PreparedQuery) => {
      runs++;
      seconds += cost(remembers(Object.values(feeds).join() + Object.values(feeds).map(({ data }) => [...data])));
    },
    elapsed: () => seconds,
    runs: () => runs,
  };
}

/** Remembers every input that it was ever given. */
function everything(): (key: string) => boolean {
  const seen = new Set<string>();
  return (key) => {
    const isKnown = seen.has(key);
    seen.add(key);
    return isKnown;
  };
}

/** Remembers the last input alone. */
function theLast(): (key: string) => boolean {
  let last = '';
  return (key) => {
    const isKnown = key === last;
    last = key;
    return isKnown;
  };
}

const noise = generator(7);
/** 10 ms, give or take 5 %. */
const honest = () => 0.01 * (0.95 + 0.1 * uniform(noise));

test('an engine that works every answer out takes as long for one input as for many', async () => {
  const { infer, now } = engine(everything(), honest);
  const audit = await auditCaching({ infer, now, queries: [query(), query()] });
  if ('code' in audit) throw new Error(audit.code);
  expect(audit.ci95[0]).toBeLessThanOrEqual(1);
  expect(audit.ci95[1]).toBeGreaterThanOrEqual(1);
  // Medians of blocks that vary by ±5 % a run: the interval lies well within TEST04's 10 %.
  expect(audit.ci95[1]).toBeLessThan(1.1);
});

test.each([
  ['everything', everything],
  ['the last input', theLast],
])('an engine that remembers %s is found out, and by how much', async (_, memory) => {
  const { infer, now } = engine(memory(), (isKnown) => (isKnown ? 0.002 : 0.01));
  const audit = await auditCaching({ infer, now, queries: [query()] });
  // Every counted run of a varied block takes 10 ms, every counted run of a block of one input 2 ms.
  expect(audit).toMatchObject({ ratio: expect.closeTo(5, 9), blocks: 24 });
  if ('code' in audit) throw new Error(audit.code);
  expect(audit.ci95[0]).toBeGreaterThan(1.1);
});

test('half of a millisecond less for a known input is found under noise of 5 % a run', async () => {
  const { infer, now } = engine(everything(), (isKnown) => honest() * (isKnown ? 0.8 : 1));
  const audit = await auditCaching({ infer, now, queries: [query(), query(), query()] });
  if ('code' in audit) throw new Error(audit.code);
  expect(audit.ci95[0]).toBeGreaterThan(1.1); // 1 / 0.8 = 1.25
});

test('the audit lasts three seconds at most of an engine that is quick enough, and leaves the inputs as they were', async () => {
  const subject = query();
  const before = [...(subject.feeds.x?.data ?? [])];
  const quick = engine(everything(), () => 0.01);
  await auditCaching({ ...quick, queries: [subject] });
  expect(quick.elapsed()).toBeLessThanOrEqual(3 + 5 * 0.01); // and five runs to learn how long one takes
  expect([...(subject.feeds.x?.data ?? [])]).toEqual(before);
});

test('of a slow engine six pairs of blocks of one run are taken, of a slower one none', async () => {
  // 6 s / (2 · 6 blocks) = 0.5 s: two runs of 0.24 s, one of them counted.
  const slow = engine(everything(), () => 0.24);
  expect(await auditCaching({ ...slow, queries: [query()] })).toMatchObject({ blocks: 12 });
  expect(slow.runs()).toBe(5 + 12 * 2);
  const slower = engine(everything(), () => 0.26);
  expect(await auditCaching({ ...slower, queries: [query()] })).toEqual({
    code: 'RUN_TOO_LONG_TO_AUDIT',
    need: 0.25,
    have: expect.closeTo(0.26, 9),
  });
});

test('inputs whose elements are all equal cannot vary, and that is said', async () => {
  const { infer, now } = engine(everything(), honest);
  const audit = await auditCaching({ infer, now, queries: [query(new Float32Array(8).fill(1))] });
  expect(audit).toMatchObject({ code: 'INPUTS_CANNOT_VARY' });
});
