import type { Session, TensorData, Tensors } from './backends/backend.ts';
import { elementArray, elementCount } from './element-array.ts';
import { imageArray } from './image-array.ts';
import type { PipelineInput } from './pipeline-input.ts';
import type { ImageSize } from './preprocess/image-size.ts';
import type { Preprocessor } from './preprocess/preprocessor.ts';

/** The inputs of one shape over the memory that all shapes share. */
export interface FrameBuffer {
  readonly feeds: Tensors;
  readonly data: TensorData;
  /** Elements of one item. */
  readonly length: number;
  /** Tells shapes apart. */
  readonly shape: number;
}

/** The image input of a model whose size changes from query to query. */
export interface FrameBuffers {
  /** Memory for so many items of this frame; what was written for another shape is overwritten. */
  at(items: number, frame: ImageSize): FrameBuffer;
}

/** Tensors are small, but each keeps the memory alive that it was made over: of more shapes than this, the oldest are made anew. */
const shapesAtMost = 256;

/** Memory grows by at least this factor: images of slowly rising size shall not have it made anew for each. */
const growth = 1.5;

/**
 * One stretch of memory, at least as large as the largest query so far, and a tensor over its start for each shape: once the largest has been
 * seen, nothing but the tensors of new shapes is allocated, and small queries keep to the memory that is in the caches already.
 */
export function createFrameBuffers(session: Session, input: PipelineInput, preprocessor: Preprocessor): FrameBuffers {
  let memory = elementArray(input.type, 0);
  const made = new Map<number, FrameBuffer>();

  const make = (items: number, frame: ImageSize, shape: number): FrameBuffer => {
    const itemShape = preprocessor.shapeIn(frame);
    const length = elementCount(itemShape);
    if (items * length > memory.length) {
      memory = imageArray(input.type, Math.max(items * length, Math.ceil(growth * memory.length)));
      made.clear(); // they lie in the old memory
    }
    const data = memory.subarray(0, items * length);
    const dims = input.batchAxis === null ? itemShape : [items, ...itemShape];
    const buffer = { feeds: { [input.name]: session.tensor(input.type, dims, data) }, data, length, shape };
    if (made.size >= shapesAtMost) made.delete(made.keys().next().value ?? shape);
    made.set(shape, buffer);
    return buffer;
  };

  return {
    at(items, frame) {
      const shape = shapeNumber(items, frame);
      return made.get(shape) ?? make(items, frame, shape);
    },
  };
}

/** A number of its own for each shape: sides have 15 bits. */
function shapeNumber(items: number, { width, height }: ImageSize): number {
  return (items * 32_768 + width) * 32_768 + height;
}
