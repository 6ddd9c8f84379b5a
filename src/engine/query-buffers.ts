import { InputError } from '../kernel/errors.ts';
import type { Session, Tensor, TensorData, Tensors } from './backends/backend.ts';
import { elementArray, elementCount } from './element-array.ts';
import { createFrameBuffers, type FrameBuffers } from './frame-buffers.ts';
import { imageArray } from './image-array.ts';
import type { Item, ItemName, PipelineInput } from './pipeline-input.ts';
import { bytesOf, DataImage, type EncodedImage } from './preprocess/data-image.ts';
import { largestOf } from './preprocess/dynamic-size.ts';
import type { ImageSize } from './preprocess/image-size.ts';
import type { Preprocessor, TensorValues } from './preprocess/preprocessor.ts';

/** The inputs of a query, until the same buffers are filled again. */
export interface FilledQuery {
  readonly feeds: Tensors;
  /** Tells queries of different shapes apart. */
  readonly shape: number;
  /** Size of each image as it is shown; null where it was not asked for. */
  readonly images: readonly ImageSize[] | null;
}

/** Memory for the inputs of one query, to be filled again and again. */
export interface QueryBuffers {
  /**
   * Writes the items into the buffers: images preprocessed side by side in the libuv pool, tensors copied. An input that is not
   * batched is taken from the first item.
   * @throws InputError `ITEM_INVALID` when an item does not fit the inputs, and what the preprocessing throws.
   */
  fill(items: readonly Item[], name: ItemName): Promise<FilledQuery>;
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

/**
 * Allocates the inputs of a query of `batchSize` items; where their size follows the images, when the first ones come.
 * @param measured Whether the sizes of images are wanted even where nothing follows them.
 */
export function createQueryBuffers(
  session: Session,
  inputs: readonly PipelineInput[],
  batchSize: number,
  preprocessor: Preprocessor | null,
  measured: boolean,
): QueryBuffers {
  const fill = fillOf(session, inputs, batchSize, preprocessor, measured);
  return {
    fill(items, name) {
      if (items.length !== batchSize)
        throw new RangeError(`Expected ${batchSize} items in a query, got ${items.length}.`);
      return fill(items, name);
    },
  };
}

type Fill = QueryBuffers['fill'];

function fillOf(
  session: Session,
  inputs: readonly PipelineInput[],
  batchSize: number,
  preprocessor: Preprocessor | null,
  measured: boolean,
): Fill {
  const [input] = inputs;
  if (preprocessor !== null && input !== undefined && preprocessor.itemShape === null) {
    return fillFrames(preprocessor, createFrameBuffers(session, input, preprocessor));
  }
  const buffers = inputs.map((each) => allocate(each, batchSize, preprocessor !== null));
  const feeds: Record<string, Tensor> = {};
  for (const { input: each, data } of buffers) {
    const shape = each.itemShape.map((dimension, axis) => (axis === each.batchAxis ? batchSize : dimension));
    feeds[each.name] = session.tensor(each.type, shape, data);
  }
  const [image] = buffers;
  // The same for every query: one object for all of them.
  const filled: FilledQuery = { feeds, shape: 0, images: null };
  if (preprocessor === null || image === undefined) {
    return async (items, name) => {
      items.forEach((item, position) => {
        for (const buffer of buffers) copyItem(buffer, item, position, name);
      });
      return filled;
    };
  }
  return async (items, name) => {
    const encoded = imagesOf(items, name);
    const images = measured ? await measureAll(preprocessor, encoded, name) : null;
    // The pipeline has checked that the batch is the first dimension and that the buffer holds one of these types.
    const target = image.data as TensorValues;
    await settled(
      encoded.map((one, position) => preprocessor.write(one, target, position * image.length, () => name(position))),
    );
    return images === null ? filled : { ...filled, images };
  };
}

/** Images whose size the query follows: all are measured before the first is decoded. */
function fillFrames(preprocessor: Preprocessor, buffers: FrameBuffers): Fill {
  return async (items, name) => {
    const encoded = imagesOf(items, name);
    const images = await measureAll(preprocessor, encoded, name);
    const frame = largestOf(images.map((image) => preprocessor.frameFor(image)));
    const { feeds, data, length, shape } = buffers.at(items.length, frame);
    await settled(
      encoded.map((one, position) =>
        preprocessor.write(one, data as TensorValues, position * length, () => name(position), {
          image: images[position] ?? frame,
          frame,
        }),
      ),
    );
    return { feeds, shape, images };
  };
}

function measureAll(
  preprocessor: Preprocessor,
  encoded: readonly EncodedImage[],
  name: ItemName,
): Promise<ImageSize[]> {
  return Promise.all(encoded.map((image, position) => preprocessor.measure(bytesOf(image), () => name(position))));
}

/** Waits for all of them, also when one fails: nobody may use the buffers before the others have ended writing into them. */
async function settled(writes: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.all(writes);
  } catch (error) {
    await Promise.allSettled(writes);
    throw error;
  }
}

function imagesOf(items: readonly Item[], name: ItemName): EncodedImage[] {
  return items.map((item, position) => {
    if (item instanceof Uint8Array || item instanceof DataImage) return item;
    throw new InputError(
      'ITEM_INVALID',
      `${name(position)}: expected an encoded image, because the workload has a preprocessing, got tensors.`,
    );
  });
}

function allocate(input: PipelineInput, batchSize: number, takesImages: boolean): InputBuffer {
  const { itemShape, batchAxis } = input;
  const elements = elementCount(itemShape);
  const array = takesImages ? imageArray : elementArray;
  if (batchAxis === null) return { input, data: array(input.type, elements), stretches: 1, length: elements, items: 1 };
  const stretches = elementCount(itemShape.slice(0, batchAxis));
  return {
    input,
    data: array(input.type, elements * batchSize),
    stretches,
    length: elements / stretches,
    items: batchSize,
  };
}

function copyItem(buffer: InputBuffer, item: Item, position: number, name: ItemName): void {
  const { input, data, stretches, length, items } = buffer;
  if (input.batchAxis === null && position > 0) return;
  if (item instanceof Uint8Array || item instanceof DataImage) {
    throw new InputError(
      'ITEM_INVALID',
      `${name(position)}: expected tensors, got ${bytesOf(item).length} bytes. Give the workload a preprocessing to read images.`,
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
