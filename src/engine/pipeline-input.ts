import type { Tensors } from './backends/backend.ts';
import type { EncodedImage } from './preprocess/data-image.ts';

/** One input of the model as a pipeline fills it. */
export interface PipelineInput {
  readonly name: string;
  readonly type: string;
  /** Shape with `batchAxis` set to 1, all other dimensions fixed; of an input that a dynamic resize fills, the largest. */
  readonly itemShape: readonly number[];
  readonly batchAxis: number | null;
}

/** An item as it arrives with a request: an encoded image, or one tensor for each input. */
export type Item = EncodedImage | Tensors;

/** What to call an item of a query in an error, by its position in the query. */
export type ItemName = (position: number) => string;
