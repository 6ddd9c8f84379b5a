import type { Item, Pipeline, PreparedQuery } from '../engine/pipeline.ts';
import { generator, shuffle } from '../stats/random.ts';
import type { Items } from '../workloads/load-items.ts';

/** Where the queries of a window come from. Query n holds the same items whatever was issued before, so that a seed repeats a round. */
export interface QuerySource {
  /**
   * Gets the items of query n, which `issue` then serves: synchronous where they are in memory, a promise where they come from the disk.
   * null: the queries were prepared beforehand and there is nothing to get.
   */
  readonly stage: ((query: number) => Promise<void> | undefined) | null;
  /** Serves query n, which must be the one that was staged last. */
  readonly issue: (query: number) => Promise<unknown>;
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
  const { staged, stage } = createStage(items, batchSize, itemAt);

  if (scope === 'request') {
    let ready = -1;
    return {
      stage: (query) => {
        ready = query;
        return stage(query);
      },
      issue: (query) => {
        if (query !== ready) throw new Error(`Query ${query} was issued, but query ${ready} was staged.`);
        return pipeline.request(staged);
      },
      bareCall: () => null,
      firstItem: (query) => itemAt(query * batchSize),
      distinctItems: items.distinct,
    };
  }

  const prepare = async (query: number): Promise<PreparedQuery> => {
    await stage(query);
    return pipeline.prepare(staged);
  };
  const first = await prepare(0);
  const queries: PreparedQuery[] = [first];
  // As many queries as it takes to have seen every item once, within the bounds.
  const wanted = Math.ceil(items.count / batchSize);
  const affordable = Math.floor(preparedBytes / Math.max(1, bytesOf(first)));
  const count = Math.max(2, Math.min(wanted, affordable, preparedAtMost));
  while (queries.length < count) queries.push(await prepare(queries.length));

  const at = (query: number): PreparedQuery => queries[query % queries.length] ?? first;
  return {
    stage: null,
    issue: (query) => pipeline.infer(at(query)),
    bareCall: (query) => pipeline.bareCall(at(query)),
    firstItem: (query) => itemAt((query % queries.length) * batchSize),
    distinctItems: Math.min(items.distinct, queries.length * batchSize),
  };
}

/** Puts the items of a query into `staged`, one array for all queries: nothing is allocated for items that are in memory. */
function createStage(items: Items, batchSize: number, itemAt: (position: number) => number) {
  const staged = new Array<Item>(batchSize);
  const reading: Promise<void>[] = [];
  const stage = (query: number): Promise<void> | undefined => {
    reading.length = 0;
    for (let index = 0; index < batchSize; index++) {
      const item = items.item(itemAt(query * batchSize + index));
      if (item instanceof Promise) reading.push(put(item, index));
      else staged[index] = item;
    }
    return reading.length === 0 ? undefined : Promise.all(reading).then(() => {});
  };
  const put = async (item: Promise<Item>, index: number): Promise<void> => {
    staged[index] = await item;
  };
  return { staged, stage };
}

function bytesOf(query: PreparedQuery): number {
  return Object.values(query.feeds).reduce((bytes, { data }) => bytes + data.byteLength, 0);
}
