import { elementType } from '../graph/element-type.ts';
import { isExternal } from '../graph/external-data.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import { floatAttribute, integerAttribute } from '../graph/node-attributes.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import { elementCount, readTensor } from '../graph/tensor-proto.ts';
import type { ChannelLayout } from './affine-quantization.ts';
import type { FloatReason } from './node-decision.ts';

/** The weight of a Conv, Gemm or MatMul, and how it is laid out. */
export interface ConstantWeight {
  readonly name: string;
  readonly dims: readonly number[];
  readonly layout: ChannelLayout;
  /** The axis of the output channels. */
  readonly axis: number;
  /** How many products are added up for one output. */
  readonly products: number;
  /** null: there is no bias. */
  readonly bias: string | null;
}

/** The weight of a node as it can be quantised, with a scale for each output channel; else why it cannot. */
export function weightOf(node: NodeProto, operator: string, index: GraphIndex): ConstantWeight | FloatReason {
  const [, name = '', biasName = ''] = node.input;
  const dims = index.initializer(name)?.dims.map(Number);
  if (dims === undefined || index.isGraphInput(name)) return 'WEIGHT_NOT_CONSTANT';
  const lay = layoutOf(node, operator, dims);
  if (lay === null) return 'ATTRIBUTES_UNSUPPORTED';
  if (constantFloats(index, name) === null) return 'WEIGHT_UNSUPPORTED';
  const bias = biasName === '' ? null : biasName;
  if (bias !== null) {
    const constant = constantFloats(index, bias);
    const { channels } = lay.layout;
    // A column [channels, 1] of a Gemm is added to rows, not to channels.
    if (constant?.values.length !== channels || (constant.dims.at(-1) ?? 1) !== channels) return 'BIAS_UNSUPPORTED';
  }
  return { name, dims, ...lay, bias };
}

/**
 * Conv: output channels first, whatever the groups. MatMul: [inputs, outputs]. Gemm: the same, or [outputs, inputs] with `transB`; its
 * factors must be 1, since the 8-bit operator has none for the bias.
 */
function layoutOf(
  node: NodeProto,
  operator: string,
  dims: readonly number[],
): Pick<ConstantWeight, 'layout' | 'axis' | 'products'> | null {
  const [first = 0, second = 0] = dims;
  const count = elementCount(dims);
  if (count === 0) return null;
  if (operator === 'Conv') {
    return { axis: 0, layout: { channels: first, inner: count / first }, products: count / first };
  }
  if (dims.length !== 2) return null;
  if (operator === 'Gemm') {
    if (floatAttribute(node, 'alpha', 1) !== 1 || floatAttribute(node, 'beta', 1) !== 1) return null;
    if (integerAttribute(node, 'transB', 0) === 1) {
      return { axis: 0, layout: { channels: first, inner: second }, products: second };
    }
  }
  return { axis: 1, layout: { channels: second, inner: 1 }, products: first };
}

/** The values of a constant that is 32-bit floats in the model's own file, all finite; null for anything else. */
export function constantFloats(
  index: GraphIndex,
  name: string,
): { readonly dims: readonly number[]; readonly values: Float32Array } | null {
  const tensor = index.initializer(name);
  if (tensor === null || index.isGraphInput(name) || isExternal(tensor)) return null;
  if (elementType(tensor.dataType).name !== 'float32') return null;
  const { dims, data } = readTensor(tensor);
  return data instanceof Float32Array && areFinite(data) ? { dims, values: data } : null;
}

/** In a plain loop: models have a hundred million weights, and a call for each would take a second. */
function areFinite(values: Float32Array): boolean {
  for (let place = 0; place < values.length; place++) if (!Number.isFinite(values[place])) return false;
  return true;
}
