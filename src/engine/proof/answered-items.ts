import { DynoError } from '../../kernel/errors.ts';
import type { Item, Pipeline } from '../pipeline.ts';
import type { Answer } from '../postprocess/answer.ts';

/** The data that quality is measured on. */
export interface ProofItems {
  readonly count: number;
  item(index: number): Promise<Item> | Item;
}

/** An item of the data and what the pipeline makes of it. */
export interface AnsweredItem {
  readonly index: number;
  readonly answer: Answer;
}

/**
 * Runs at most `limit` items through the whole pipeline, each once. When there are more, they are taken at even distances, so that data
 * in the order of their classes give all classes. The last query is filled up with repetitions, which are not given out.
 * @throws DynoError `LABELS_MISSING` when there is no item, and what the pipeline throws, naming items by their place in the data.
 */
export async function* answeredItems(
  pipeline: Pipeline,
  batchSize: number,
  items: ProofItems,
  limit: number,
): AsyncGenerator<AnsweredItem> {
  const total = Math.min(limit, items.count);
  if (total < 1)
    throw new DynoError('LABELS_MISSING', 'Expected at least one labelled item to take the accuracy on, got none.');
  for (let first = 0; first < total; first += batchSize) {
    const indices = Array.from({ length: batchSize }, (_, offset) =>
      spread(Math.min(first + offset, total - 1), total, items.count),
    );
    const query = await Promise.all(indices.map((index) => items.item(index)));
    const answers = await pipeline.request(query, (position) => `item ${indices[position]} of the data`);
    for (const [offset, answer] of answers.slice(0, total - first).entries()) {
      yield { index: indices[offset] ?? first, answer };
    }
  }
}

/** The `position`-th of `total` indices at even distances within `count`. */
function spread(position: number, total: number, count: number): number {
  return Math.floor((position * count) / total);
}
