import { makeNode } from '../builder.ts';
import { integerAttribute, textAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { elementCount, makeTensor } from '../tensor-proto.ts';
import { type Affine, scaleOrShift } from './affine.ts';
import { type Linear, linearOf } from './linear.ts';
import { type Pass, type PassContext, passOverGraphs } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Mul, Div, Add and Sub with a constant in front of a convolution are computed into its weights: W (s x + t) + b = (W s) x + (W t + b), s and t
 * one number or one for each input channel. What is padded with zeros is padded before s and behind t: a shift stays where there is
 * padding, a scale does not matter to zeros. Computed in doubles and rounded once.
 */
export const foldIntoNextConvolution: Pass = passOverGraphs(
  'fold-into-next-convolution',
  'Mul, Div, Add and Sub by channel are computed into the weights of the Conv behind them.',
  (rewrite, context) => {
    for (const node of rewrite.graph.node) {
      const linear = operatorName(node) === 'Conv' ? linearOf(node, rewrite, context) : null;
      if (linear === null) continue;
      const inputs = inputChannels(node, linear);
      const { ahead, affine, from } = chainAhead(node, inputs, rewrite, context);
      if (ahead.length === 0) continue;
      const { weight, bias } = folded(node, linear, affine, rewrite);
      // A number that float32 cannot hold would change what comes out.
      if (![weight, bias].every((numbers) => numbers.every(Number.isFinite))) continue;

      const weightName = rewrite.freshName(`${linear.weightName}.folded`);
      const biasName = rewrite.freshName(`${node.name || node.output[0]}.bias`);
      rewrite.addConstant(makeTensor(weightName, 'float32', linear.weightDims, weight));
      rewrite.addConstant(makeTensor(biasName, 'float32', [linear.channels], bias));
      const made = makeNode('Conv', [from, weightName, biasName], node.output, { name: node.name });
      made.attribute = node.attribute;
      rewrite.replace(node, [made]);
      for (const gone of ahead) rewrite.remove(gone);
      rewrite.note(
        node.name,
        `${ahead.map((gone) => operatorName(gone)).join(', ')} computed into the weights of Conv`,
      );
    }
  },
);

/** The input as a value of channels on axis 1, in the terms in which constants are matched to them. */
function inputChannels(node: NodeProto, linear: Linear): Linear {
  const [, perGroup = 0] = linear.weightDims;
  return { ...linear, channels: perGroup * integerAttribute(node, 'group', 1) };
}

interface Ahead {
  /** The nodes, the one right in front of the convolution last. */
  readonly ahead: readonly NodeProto[];
  /** What all of them do to each channel. */
  readonly affine: Affine;
  /** What goes into the first of them. */
  readonly from: string;
}

/** The longest chain of scales and shifts that only this convolution uses. */
function chainAhead(node: NodeProto, inputs: Linear, rewrite: Rewrite, { values }: PassContext): Ahead {
  const [input = ''] = node.input;
  const { channels } = inputs;
  const ahead: NodeProto[] = [];
  let scale = new Float64Array(channels).fill(1);
  let shift = new Float64Array(channels);
  let from = input;
  const isPadded = hasPadding(node);
  for (;;) {
    const producer = rewrite.index.producer(from);
    if (producer === null || rewrite.isTouched(producer) || rewrite.onlyConsumer(from) === null) break;
    const value = producer.input.find((name) => rewrite.constantTensor(name) === null);
    // A constant that makes the value larger, by channels or dimensions, does more than to scale and to shift.
    if (value === undefined || !values.sameShape(value, from)) break;
    const affine = scaleOrShift(producer, value, inputs, rewrite);
    if (affine === null) break;
    // The convolution sees scale · (s x + t) + shift.
    const nextShift = affine.shift.map((number, channel) => (scale[channel] ?? 0) * number + (shift[channel] ?? 0));
    if (isPadded && nextShift.some((number) => number !== 0)) break;
    shift = Float64Array.from(nextShift);
    scale = Float64Array.from(affine.scale, (number, channel) => (scale[channel] ?? 0) * number);
    ahead.unshift(producer);
    from = value;
  }
  return { ahead, affine: { scale, shift }, from };
}

function hasPadding(node: NodeProto): boolean {
  const automatic = textAttribute(node, 'auto_pad', 'NOTSET');
  if (automatic === 'VALID') return false;
  if (automatic !== 'NOTSET') return true;
  return (node.attribute.find(({ name }) => name === 'pads')?.ints ?? []).some((pad) => pad !== 0n);
}

/** Weights [M, C / group, kernel …]: output channel m belongs to group ⌊m / (M / group)⌋, and sees the input channels of that group. */
function folded(node: NodeProto, linear: Linear, { scale, shift }: Affine, rewrite: Rewrite) {
  const [outputs = 0, perGroup = 0, ...kernel] = linear.weightDims;
  const size = elementCount(kernel);
  const groups = integerAttribute(node, 'group', 1);
  const source = rewrite.constant(linear.weightName)?.data ?? [];
  const weight = new Float32Array(outputs * perGroup * size);
  const bias = Float64Array.from(linear.bias);
  for (let place = 0; place < weight.length; place++) {
    const output = Math.floor(place / (perGroup * size));
    const group = Math.floor(output / (outputs / groups));
    const channel = group * perGroup + (Math.floor(place / size) % perGroup);
    const number = Number(source[place] ?? 0);
    weight[place] = number * (scale[channel] ?? 0);
    bias[output] = (bias[output] ?? 0) + number * (shift[channel] ?? 0);
  }
  return { weight, bias: Float32Array.from(bias) };
}
