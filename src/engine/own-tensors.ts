import type { Session, Tensor, Tensors } from './backends/backend.ts';
import { elementArray, elementCount } from './element-array.ts';
import type { PipelineInput } from './pipeline-input.ts';

/** The same tensors as those of another session, for this one: over the same memory. */
export function ownTensors(session: Session, tensors: Tensors): Tensors {
  const made: Record<string, Tensor> = {};
  for (const [name, { type, dims, data }] of Object.entries(tensors)) made[name] = session.tensor(type, dims, data);
  return made;
}

/** Inputs of one item that hold zeros: for what is seen on any input. */
export function zeroTensors(session: Session, inputs: readonly PipelineInput[]): Tensors {
  const made: Record<string, Tensor> = {};
  for (const { name, type, itemShape } of inputs) {
    made[name] = session.tensor(type, itemShape, elementArray(type, elementCount(itemShape)));
  }
  return made;
}
