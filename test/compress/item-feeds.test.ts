import { expect, test } from 'vitest';
import { itemFeeds } from '../../src/compress/item-feeds.ts';
import type { Item, PreparedQuery } from '../../src/engine/pipeline.ts';

/** Items that are their own number, and a pipeline that hands them on. */
const items = (count: number) => ({ count, item: (index: number) => Uint8Array.of(index) });
const pipeline = {
  async prepare(chosen: readonly Item[]): Promise<PreparedQuery> {
    const data = Float32Array.from(chosen as readonly Uint8Array[], (bytes) => bytes[0] ?? Number.NaN);
    return { feeds: { x: { type: 'float32', dims: [data.length], data } }, shape: 0 };
  },
};

async function fed(batchSize: number, count: number, limit: number): Promise<number[][]> {
  const queries: number[][] = [];
  for await (const { x } of itemFeeds(pipeline, batchSize, items(count), limit)())
    queries.push([...(x?.data ?? [])].map(Number));
  return queries;
}

test('of more items than wanted, some are taken at even distances', async () => {
  expect(await fed(1, 10, 4)).toEqual([[0], [2], [5], [7]]); // 0, 2.5, 5, 7.5
});

test('items go in whole queries', async () => {
  expect(await fed(2, 5, 100)).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

test('the feeds are the same each time', async () => {
  const feeds = itemFeeds(pipeline, 1, items(3), 3);
  const numbers = async () => {
    const seen: number[] = [];
    for await (const { x } of feeds()) seen.push(Number(x?.data[0]));
    return seen;
  };
  expect(await numbers()).toEqual([0, 1, 2]);
  expect(await numbers()).toEqual([0, 1, 2]);
});

test('fewer items than a query has are an error', () => {
  expect(() => itemFeeds(pipeline, 8, items(5), 100)).toThrow(/at least 8 items.*got 5/);
});
