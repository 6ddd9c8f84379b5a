import type { Tensors } from '../engine/backends/backend.ts';
import type { Item, Pipeline } from '../engine/pipeline.ts';
import { InputError } from '../kernel/errors.ts';

/** Items as the data of a workload has them. */
export interface CalibrationItems {
  readonly count: number;
  item(index: number): Promise<Item> | Item;
}

/**
 * What a model is fed with for items of a workload, as its own preprocessing makes it: data to calibrate with. At most `limit` items are taken,
 * at even distances where there are more, so that data in the order of their classes give all classes; and of the last query only a whole one.
 * @param pipeline Of the workload's preprocessing; its batch size is `batchSize`.
 * @throws InputError `CALIBRATION_EMPTY` when there is not one whole query.
 */
export function itemFeeds(
  pipeline: Pick<Pipeline, 'prepare'>,
  batchSize: number,
  items: CalibrationItems,
  limit: number,
): () => AsyncGenerator<Tensors> {
  const taken = Math.min(limit, items.count);
  const queries = Math.floor(taken / batchSize);
  if (queries < 1) {
    throw new InputError(
      'CALIBRATION_EMPTY',
      `Expected at least ${batchSize} items to calibrate with, one query, got ${taken}. 100 to 500 items are usual.`,
    );
  }
  const places = Array.from({ length: taken }, (_, index) => Math.floor((index * items.count) / taken));
  return async function* feeds() {
    for (let query = 0; query < queries; query++) {
      const indices = places.slice(query * batchSize, (query + 1) * batchSize);
      const chosen = await Promise.all(indices.map((index) => items.item(index)));
      yield (await pipeline.prepare(chosen, (position) => `item ${indices[position]} of the calibration data`)).feeds;
    }
  };
}
