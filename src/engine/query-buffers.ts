import { InputError } from '../kernel/errors.ts';
import type { Session, Tensor, TensorData, Tensors } from './backends/backend.ts';
import { elementArray, elementCount } from './element-array.ts';
import type { Preprocessor } from './preprocess/preprocessor.ts';

/** One input of the model as a pipeline fills it. */
export interface PipelineInput {
  readonly name: string;
  readonly type: string;
  /** Shape with `batchAxis` set to 1, all other dimensions fixed. */
  readonly itemShape: readonly number[];
  readonly batchAxis: number | null;
}

/** An item as it arrives with a request: an encoded image, or one tensor for each input. */
export type Item = Uint8Array | Tensors;

/** What to call an item of a query in an error, by its position in the query. */
export type ItemName = (position: number) => string;

/** The inputs of one query in memory of their own, to be filled again and again. */
export interface QueryBuffers {
  readonly feeds: Tensors;
  /**
   * Writes the items into the buffers: images preprocessed side by side in the libuv pool, tensors copied. An input that is not
   * batched is taken from the first item.
   * @throws InputError `ITEM_INVALID` when an item does not fit the inputs, and what the preprocessing throws.
   */
  fill(items: readonly Item[], name: ItemName): Promise<void>;
}

/** Where the items of one input lie in its buffer, which is row-major in the shape of the whole query. */
interface InputBuffer {
  readonly input: PipelineInput;
  readonly data: TensorData;
  /** Number of stretches that one item consists of: 1 when the batch is the first dimension. */
  readonly stretches: number;
  /** Elements of one stretch. */
  readonly length: number;
  /** Items that lie side by side between two stretches of the same item. */
  readonly items: number;
}

/** Allocates the inputs of a query of `batchSize` items. */
export function createQueryBuffers(
  session: Session,
  inputs: readonly PipelineInput[],
  batchSize: number,
  preprocessor: Preprocessor | null,
): QueryBuffers {
  const buffers = inputs.map((input) => allocate(input, batchSize));
  const feeds: Record<string, Tensor> = {};
  for (const { input, data } of buffers) {
    const shape = input.itemShape.map((dimension, axis) => (axis === input.batchAxis ? batchSize : dimension));
    feeds[input.name] = session.tensor(input.type, shape, data);
  }
  const [image] = buffers;

  return {
    feeds,
    async fill(items, name) {
      if (items.length !== batchSize)
        throw new RangeError(`Expected ${batchSize} items in a query, got ${items.length}.`);
      if (preprocessor === null || image === undefined) {
        items.forEach((item, position) => {
          for (const buffer of buffers) copyItem(buffer, item, position, name);
        });
        return;
      }
      const writes = items.map((item, position) => writeImage(preprocessor, image, item, position, name));
      try {
        await Promise.all(writes);
      } catch (error) {
        // The others still write into the buffers: nobody may use these before they have ended.
        await Promise.allSettled(writes);
        throw error;
      }
    },
  };
}

function allocate(input: PipelineInput, batchSize: number): InputBuffer {
  const { itemShape, batchAxis } = input;
  const elements = elementCount(itemShape);
  if (batchAxis === null)
    return { input, data: elementArray(input.type, elements), stretches: 1, length: elements, items: 1 };
  const stretches = elementCount(itemShape.slice(0, batchAxis));
  return {
    input,
    data: elementArray(input.type, elements * batchSize),
    stretches,
    length: elements / stretches,
    items: batchSize,
  };
}

async function writeImage(
  preprocessor: Preprocessor,
  buffer: InputBuffer,
  item: Item,
  position: number,
  name: ItemName,
): Promise<void> {
  if (!(item instanceof Uint8Array)) {
    throw new InputError(
      'ITEM_INVALID',
      `${name(position)}: expected an encoded image, because the workload has a preprocessing, got tensors.`,
    );
  }
  // The pipeline has checked that the batch is the first dimension and that the buffer holds one of these types.
  await preprocessor.write(item, buffer.data as Float32Array | Uint8Array, position * buffer.length, () =>
    name(position),
  );
}

function copyItem(buffer: InputBuffer, item: Item, position: number, name: ItemName): void {
  const { input, data, stretches, length, items } = buffer;
  if (input.batchAxis === null && position > 0) return;
  if (item instanceof Uint8Array) {
    throw new InputError(
      'ITEM_INVALID',
      `${name(position)}: expected tensors, got ${item.length} bytes. Give the workload a preprocessing to read images.`,
    );
  }
  const tensor = item[input.name];
  if (tensor === undefined) {
    throw new InputError(
      'ITEM_INVALID',
      `${name(position)}: expected a tensor for each input of the model, but there is none for "${input.name}".`,
    );
  }
  if (tensor.type !== input.type || tensor.data.length !== stretches * length) {
    throw new InputError(
      'ITEM_INVALID',
      `${name(position)}: expected "${input.name}" as ${input.type} [${input.itemShape.join(', ')}], got ${tensor.type} [${tensor.dims.join(', ')}].`,
    );
  }
  const target = items === 1 ? 0 : position * length;
  if (stretches === 1) {
    setValues(data, tensor.data, target);
    return;
  }
  for (let stretch = 0; stretch < stretches; stretch++) {
    setValues(data, tensor.data.subarray(stretch * length, (stretch + 1) * length), target + stretch * items * length);
  }
}

/** `set` of two arrays of the same kind; the equality of the types above guarantees it, which the compiler cannot see. */
function setValues(target: TensorData, source: TensorData, offset: number): void {
  (target as Float32Array).set(source as Float32Array, offset);
}
