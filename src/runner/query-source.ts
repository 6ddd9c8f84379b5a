import type { Item, Pipeline, PreparedQuery, StageSeconds } from '../engine/pipeline.ts';
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
  readonly itemsPerQuery: number;
  /** Seconds that each stage of the last query took, in all of its inferences together; overwritten by the next. */
  readonly stages: StageSeconds;
}

export interface QuerySettings {
  readonly batchSize: number;
  /** A multiple of the batch size: a query is served by as many inferences as it takes, one after another. */
  readonly itemsPerQuery: number;
  readonly scope: 'request' | 'inference';
  readonly seed: number;
}

/** Prepared queries may take this much memory: enough to vary the inputs, too little to push out what is measured. */
const preparedBytes = 64 * 1024 * 1024;
const preparedAtMost = 16;

/**
 * Queries of `itemsPerQuery` items, taken in an order that `seed` shuffles and that starts again when all items have been used.
 * @throws RangeError when the batch size does not divide them.
 */
export async function createQuerySource(
  pipeline: Pipeline,
  items: Items,
  { batchSize, itemsPerQuery, scope, seed }: QuerySettings,
): Promise<QuerySource> {
  const inferences = itemsPerQuery / batchSize;
  if (!Number.isInteger(inferences) || inferences < 1) {
    throw new RangeError(
      `Expected ${itemsPerQuery} items a query to be a multiple of the batch size, got ${batchSize}.`,
    );
  }
  const order = shuffle(
    Array.from({ length: items.count }, (_, index) => index),
    generator(seed),
  );
  const itemAt = (position: number): number => order[position % order.length] ?? 0;

  if (scope === 'request') {
    const batches = Array.from({ length: inferences }, () => new Array<Item>(batchSize));
    const stage = createStage(items, batches, itemAt);
    let ready = -1;
    return {
      stage: (query) => {
        ready = query;
        return stage(query);
      },
      ...inTurn(pipeline, inferences, (query, index) => {
        if (query !== ready) throw new Error(`Query ${query} was issued, but query ${ready} was staged.`);
        return pipeline.request(batches[index] ?? []);
      }),
      bareCall: () => null,
      firstItem: (query) => itemAt(query * itemsPerQuery),
      distinctItems: items.distinct,
      itemsPerQuery,
    };
  }

  const batches = await prepareBatches(pipeline, items, batchSize, itemAt);
  const batchAt = (query: number, index: number): number => (query * inferences + index) % batches.length;
  const at = (query: number, index: number): PreparedQuery => {
    const batch = batches[batchAt(query, index)];
    if (batch === undefined) throw new Error(`Query ${query} was not prepared.`);
    return batch;
  };
  return {
    stage: null,
    ...inTurn(pipeline, inferences, (query, index) => pipeline.infer(at(query, index))),
    bareCall: (query) => (inferences === 1 ? pipeline.bareCall(at(query, 0)) : null),
    firstItem: (query) => itemAt(batchAt(query, 0) * batchSize),
    distinctItems: Math.min(items.distinct, batches.length * batchSize),
    itemsPerQuery,
  };
}

/** Serves a query by its inferences one after another, and adds up what their stages took. */
function inTurn(
  pipeline: Pipeline,
  inferences: number,
  infer: (query: number, index: number) => Promise<unknown>,
): Pick<QuerySource, 'issue' | 'stages'> {
  // Nothing around the one inference: the harness is to cost as little as it can.
  if (inferences === 1) return { issue: (query) => infer(query, 0), stages: pipeline.stages };
  const stages: StageSeconds = { preprocess: 0, inference: 0, postprocess: 0 };
  const issue = async (query: number): Promise<void> => {
    stages.preprocess = stages.inference = stages.postprocess = 0;
    for (let index = 0; index < inferences; index++) {
      await infer(query, index);
      stages.preprocess += pipeline.stages.preprocess;
      stages.inference += pipeline.stages.inference;
      stages.postprocess += pipeline.stages.postprocess;
    }
  };
  return { issue, stages };
}

/** As many batches as it takes to have seen every item once, within the bounds. */
async function prepareBatches(
  pipeline: Pipeline,
  items: Items,
  batchSize: number,
  itemAt: (position: number) => number,
): Promise<PreparedQuery[]> {
  const batch = new Array<Item>(batchSize);
  const stage = createStage(items, [batch], itemAt);
  const prepare = async (number: number): Promise<PreparedQuery> => {
    await stage(number);
    return pipeline.prepare(batch);
  };
  const first = await prepare(0);
  const prepared: PreparedQuery[] = [first];
  const wanted = Math.ceil(items.count / batchSize);
  const affordable = Math.floor(preparedBytes / Math.max(1, bytesOf(first)));
  const count = Math.max(2, Math.min(wanted, affordable, preparedAtMost));
  while (prepared.length < count) prepared.push(await prepare(prepared.length));
  return prepared;
}

/** Puts the items of a query into its batches, the same arrays for all queries: nothing is allocated for items that are in memory. */
function createStage(items: Items, batches: readonly Item[][], itemAt: (position: number) => number) {
  const batchSize = batches[0]?.length ?? 0;
  const itemsPerQuery = batchSize * batches.length;
  const reading: Promise<void>[] = [];
  const put = async (batch: Item[], index: number, item: Promise<Item>): Promise<void> => {
    batch[index] = await item;
  };
  return (query: number): Promise<void> | undefined => {
    reading.length = 0;
    let position = query * itemsPerQuery;
    for (const batch of batches) {
      for (let index = 0; index < batchSize; index++) {
        const item = items.item(itemAt(position++));
        if (item instanceof Promise) reading.push(put(batch, index, item));
        else batch[index] = item;
      }
    }
    return reading.length === 0 ? undefined : Promise.all(reading).then(() => {});
  };
}

function bytesOf(query: PreparedQuery): number {
  return Object.values(query.feeds).reduce((bytes, { data }) => bytes + data.byteLength, 0);
}
