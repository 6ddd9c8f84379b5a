import { Float, makeNode } from '../builder.ts';
import { floatAttribute, integerAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { makeTensor } from '../tensor-proto.ts';
import { type Affine, batchNormalization, scaleOrShift } from './affine.ts';
import { type Linear, linearOf } from './linear.ts';
import { type PassContext, passOverGraphs } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

type Follower = (
  node: NodeProto,
  value: string,
  linear: Linear,
  rewrite: Rewrite,
  context: PassContext,
) => Affine | null;

/**
 * BatchNormalization behind Conv, ConvTranspose, Gemm or a MatMul of matrices is computed into the weights:
 * γ · (W x + b − μ) / √(σ² + ε) + β = (s W) x + (s (b − μ) + β) with s = γ / √(σ² + ε) for each channel (Ioffe and Szegedy, "Batch
 * Normalization", algorithm 2). Computed in doubles and rounded once.
 */
export const foldBatchNormalization = passOverGraphs(
  'fold-batch-normalization',
  'BatchNormalization is computed into the weights of the Conv, ConvTranspose, Gemm or MatMul in front of it.',
  (rewrite, context) => fold(rewrite, context, batchNormalization),
);

/** Mul, Div, Add and Sub with a constant for each channel, behind the same operators, are computed into the weights in the same way. */
export const foldScaleAndShift = passOverGraphs(
  'fold-scale-and-shift',
  'Mul, Div, Add and Sub by channel are computed into the weights of the Conv, ConvTranspose, Gemm or MatMul in front of them.',
  (rewrite, context) => fold(rewrite, context, scaleOrShift),
);

function fold(rewrite: Rewrite, context: PassContext, follower: Follower): void {
  for (const node of rewrite.graph.node) {
    const linear = linearOf(node, rewrite, context);
    if (linear === null) continue;
    // All that follow are taken at once: a chain of any length costs one walk.
    const followers: NodeProto[] = [];
    let scale = new Float64Array(linear.channels).fill(1);
    let shift = Float64Array.from(linear.bias);
    for (let value = node.output[0] ?? ''; ; ) {
      const next = rewrite.onlyConsumer(value);
      const affine = next === null ? null : follower(next, value, linear, rewrite, context);
      if (next === null || affine === null) break;
      scale = scale.map((factor, channel) => factor * (affine.scale[channel] ?? 0));
      shift = shift.map((bias, channel) => bias * (affine.scale[channel] ?? 0) + (affine.shift[channel] ?? 0));
      followers.push(next);
      value = next.output[0] ?? '';
    }
    const last = followers.at(-1);
    if (last === undefined) continue;
    const bias = Float32Array.from(shift);
    const weight = scale.every((factor) => factor === 1) ? null : linear.scaled(scale);
    // A number that float32 cannot hold would change what comes out.
    if (![bias, weight ?? []].every((numbers) => numbers.every(Number.isFinite))) continue;

    const weightName = weight === null ? linear.weightName : rewrite.freshName(`${linear.weightName}.folded`);
    if (weight !== null) {
      rewrite.addConstant(makeTensor(weightName, 'float32', linear.weightDims, weight));
    }
    const biasName = rewrite.freshName(`${node.name || last.output[0]}.bias`);
    rewrite.addConstant(makeTensor(biasName, 'float32', [linear.channels], bias));
    rewrite.replace(last, [folded(node, [node.input[0] ?? '', weightName, biasName], last.output[0] ?? '')]);
    for (const gone of [node, ...followers.slice(0, -1)]) rewrite.remove(gone);
    const names = followers.map((gone) => operatorName(gone)).join(', ');
    rewrite.note(node.name, `${names} computed into the weights of ${operatorName(node)}`);
  }
}

/** The same operator with other weights; MatMul, which has no bias, becomes Gemm. */
function folded(node: NodeProto, inputs: readonly string[], output: string): NodeProto {
  const { name } = node;
  if (node.opType === 'MatMul') return makeNode('Gemm', inputs, [output], { name });
  if (node.opType === 'Gemm') {
    // The factor of the bias is in the bias.
    return makeNode('Gemm', inputs, [output], {
      name,
      attributes: {
        alpha: new Float(floatAttribute(node, 'alpha', 1)),
        transA: integerAttribute(node, 'transA', 0),
        transB: integerAttribute(node, 'transB', 0),
      },
    });
  }
  const made = makeNode(node.opType, inputs, [output], { name });
  made.attribute = node.attribute;
  return made;
}
