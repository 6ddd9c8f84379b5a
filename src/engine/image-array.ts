import type { TensorData } from './backends/backend.ts';
import { elementArray } from './element-array.ts';
import { allocateFloats } from './preprocess/vector-writer.ts';

/** Memory for a tensor that images are written into. */
export function imageArray(type: string, length: number): TensorData {
  return type === 'float32' ? allocateFloats(length) : elementArray(type, length);
}
