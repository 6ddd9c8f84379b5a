import type { Pipeline, PreparedQuery } from '../engine/pipeline.ts';
import { generator, shuffle } from '../stats/random.ts';
import type { Items } from '../workloads/load-items.ts';

/** Where the queries of a window come from. Query n holds the same items whatever was issued before, so that a seed repeats a round. */
export interface QuerySource {
  issue(query: number): Promise<void>;
  /** The engine's bare call for query n, which the harness is compared with. Only scope `inference` has one. */
  bareCall(query: number): (() => Promise<unknown>) | null;
  /** Index in the workload's data of the query's first item. */
  firstItem(query: number): number;
  /** How many different items the queries go through before they repeat. */
  readonly distinctItems: number;
}

/** Prepared queries may take this much memory: enough to vary the inputs, too little to push out what is measured. */
const preparedBytes = 64 * 1024 * 1024;
const preparedAtMost = 16;

/** Queries of `batchSize` items, taken in an order that `seed` shuffles and that starts again when all items have been used. */
export async function createQuerySource(
  pipeline: Pipeline,
  items: Items,
  settings: { readonly batchSize: number; readonly scope: 'request' | 'inference'; readonly seed: number },
): Promise<QuerySource> {
  const { batchSize, scope } = settings;
  const order = shuffle(
    Array.from({ length: items.count }, (_, index) => index),
    generator(settings.seed),
  );
  const itemAt = (position: number): number => order[position % order.length] ?? 0;
  const itemsOf = (query: number) =>
    Promise.all(Array.from({ length: batchSize }, (_, index) => items.item(itemAt(query * batchSize + index))));

  if (scope === 'request') {
    return {
      issue: async (query) => {
        await pipeline.request(await itemsOf(query));
      },
      bareCall: () => null,
      firstItem: (query) => itemAt(query * batchSize),
      distinctItems: items.count,
    };
  }

  const first = await pipeline.prepare(await itemsOf(0));
  const queries: PreparedQuery[] = [first];
  // As many queries as it takes to have seen every item once, within the bounds.
  const wanted = Math.ceil(items.count / batchSize);
  const affordable = Math.floor(preparedBytes / Math.max(1, bytesOf(first)));
  const count = Math.max(2, Math.min(wanted, affordable, preparedAtMost));
  while (queries.length < count) queries.push(await pipeline.prepare(await itemsOf(queries.length)));

  const at = (query: number): PreparedQuery => queries[query % queries.length] ?? first;
  return {
    issue: async (query) => {
      await pipeline.infer(at(query));
    },
    bareCall: (query) => pipeline.bareCall(at(query)),
    firstItem: (query) => itemAt((query % queries.length) * batchSize),
    distinctItems: Math.min(items.count, queries.length * batchSize),
  };
}

function bytesOf(query: PreparedQuery): number {
  return Object.values(query.feeds).reduce((bytes, { data }) => bytes + data.byteLength, 0);
}
