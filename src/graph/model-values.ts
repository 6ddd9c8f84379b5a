import { elementType } from './element-type.ts';
import type { ValueInfoProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';

/** An input or output of a model. */
export interface ModelValue {
  readonly name: string;
  /** As ONNX Runtime names it (`float32`, `int64`, `string` …), or the kind of a value that is no tensor, such as `sequence`. */
  readonly type: string;
  /** A number is fixed, a string names a dynamic dimension, null is dynamic without a name. The whole is null when not even the rank is known. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** What has to be fed: the inputs without those that have a value already (old exports list their weights as inputs, too). */
export function modelInputs(model: OnnxModel): ModelValue[] {
  const constants = new Set(model.graph.initializer.map(({ name }) => name));
  return model.graph.input.filter(({ name }) => !constants.has(name)).map(modelValue);
}

export function modelOutputs(model: OnnxModel): ModelValue[] {
  return model.graph.output.map(modelValue);
}

function modelValue({ name, type }: ValueInfoProto): ModelValue {
  if (type?.value.case !== 'tensorType')
    return { name, type: (type?.value.case ?? 'unknown').replace(/Type$/, ''), shape: null };
  const { elemType, shape } = type.value.value;
  const dimensions = shape?.dim.map(({ value }) => {
    // Some exporters write 0 or -1 for a dynamic dimension.
    if (value.case === 'dimValue') return value.value > 0n ? Number(value.value) : null;
    return value.case === 'dimParam' && value.value !== '' ? value.value : null;
  });
  return { name, type: elementType(elemType).name, shape: dimensions ?? null };
}
