import { floatAttribute, integerAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { elementCount } from '../tensor-proto.ts';
import type { PassContext } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/** A node that multiplies by constant float32 weights and may add a constant for each channel of axis 1. */
export interface Linear {
  /** Dimensions of the output; channels are axis 1. */
  readonly rank: number;
  readonly channels: number;
  readonly weightName: string;
  readonly weightDims: readonly number[];
  /** What is added to each channel, zeros for nothing. */
  readonly bias: Float64Array;
  /** The weights with those of each output channel multiplied by its factor. */
  scaled(factors: Float64Array): Float32Array;
}

/** The parts of Conv, ConvTranspose, Gemm or a MatMul of two matrices; null for other nodes and those whose weights or bias are no constants. */
export function linearOf(node: NodeProto, rewrite: Rewrite, context: PassContext): Linear | null {
  const layout = layouts.get(operatorName(node))?.(node, rewrite, context);
  const [, weightName = '', biasName = ''] = node.input;
  if (layout === undefined || layout === null || !isFloat32(rewrite, weightName)) return null;
  // Weights in a file that is not to be read have a type and a shape, but no numbers to compute with.
  if (!rewrite.isReadable(weightName)) return null;
  const { rank, channels, weightDims, channelOf } = layout;
  const bias = biasOf(biasName, channels, operatorName(node) === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1, rewrite);
  if (bias === null) return null;
  return {
    rank,
    channels,
    weightName,
    weightDims,
    bias,
    scaled(factors) {
      const weights = Float32Array.from(rewrite.constant(weightName)?.data ?? [], Number);
      for (const [place, weight] of weights.entries()) weights[place] = weight * (factors[channelOf(place)] ?? 0);
      return weights;
    },
  };
}

interface Layout {
  readonly rank: number;
  readonly channels: number;
  readonly weightDims: readonly number[];
  /** The output channel to which an element of the weights belongs. */
  channelOf(place: number): number;
}

type LayoutRule = (node: NodeProto, rewrite: Rewrite, context: PassContext) => Layout | null;

/** Weights [M, C / group, kernel …]: whatever the groups, the first axis is the output channel. */
const convolution: LayoutRule = ({ input: [, weight = ''] }, rewrite) => {
  const weightDims = dimsOf(weight, rewrite);
  const [channels = 0, ...rest] = weightDims;
  if (rest.length < 2) return null;
  const size = elementCount(rest);
  return { rank: weightDims.length, channels, weightDims, channelOf: (place) => Math.floor(place / size) };
};

/** Weights [C, M / group, kernel …]: the input channels of group g make the g-th M / group output channels. */
const transposedConvolution: LayoutRule = (node, rewrite) => {
  const weightDims = dimsOf(node.input[1] ?? '', rewrite);
  const [inputs = 0, perGroup = 0, ...kernel] = weightDims;
  const groups = integerAttribute(node, 'group', 1);
  if (kernel.length < 1 || inputs % groups !== 0) return null;
  const size = elementCount(kernel);
  return {
    rank: weightDims.length,
    channels: perGroup * groups,
    weightDims,
    channelOf(place) {
      const group = Math.floor(place / (size * perGroup) / (inputs / groups));
      return group * perGroup + (Math.floor(place / size) % perGroup);
    },
  };
};

/** Weights [K, N], or [N, K] with transB. */
const gemm: LayoutRule = (node, rewrite) => {
  const weightDims = dimsOf(node.input[1] ?? '', rewrite);
  const [rows = 0, columns = 0] = weightDims;
  if (weightDims.length !== 2) return null;
  const isTransposed = integerAttribute(node, 'transB', 0) === 1;
  return {
    rank: 2,
    channels: isTransposed ? rows : columns,
    weightDims,
    channelOf: isTransposed ? (place) => Math.floor(place / columns) : (place) => place % columns,
  };
};

/** Axis 1 is the columns only where the left operand is a matrix, too. */
const matMul: LayoutRule = (node, rewrite, context) =>
  context.values.rank(node.input[0] ?? '') === 2 ? gemm(node, rewrite, context) : null;

const layouts = new Map<string, LayoutRule>([
  ['Conv', convolution],
  ['ConvTranspose', transposedConvolution],
  ['Gemm', gemm],
  ['MatMul', matMul],
]);

/** The shape of a constant; empty for a value that is none. */
function dimsOf(value: string, rewrite: Rewrite): number[] {
  return rewrite.constantTensor(value)?.dims.map(Number) ?? [];
}

/** The bias of each channel times `factor`; null where it is no constant, or differs between the rows of a Gemm. */
function biasOf(name: string, channels: number, factor: number, rewrite: Rewrite): Float64Array | null {
  if (name === '') return new Float64Array(channels);
  const constant = isFloat32(rewrite, name) ? rewrite.constant(name) : null;
  const count = constant?.data.length ?? 0;
  // One number for all channels, or one for each; Gemm takes them as [N] or [1, N], a column [M, 1] is for rows.
  const isByChannel = count === 1 || (count === channels && constant?.dims.at(-1) === channels);
  if (constant === null || !isByChannel) return null;
  return Float64Array.from({ length: channels }, (_, channel) => {
    return factor * Number(constant.data[count === 1 ? 0 : channel] ?? 0);
  });
}

function isFloat32(rewrite: Rewrite, name: string): boolean {
  return rewrite.constantTensor(name) !== null && rewrite.constantType(name) === 'float32';
}
