import { bodiesOf } from '../graph/bodies.ts';
import { dataTypeOf } from '../graph/element-type.ts';
import { integerAttribute, textAttribute } from '../graph/node-attributes.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import { operatorName } from '../graph/operator-counts.ts';

/**
 * Why a node stays in 32-bit floats. Of its operator: `EXCLUDED` by the caller, `OPERATOR_UNSUITED`, `DOMAIN_UNKNOWN`, `HOLDS_GRAPHS` (If, Loop,
 * Scan), `TYPE_UNKNOWN` of one of its values, `SHAPE_ARITHMETIC`. Of its numbers: `CONSTANT_TOO_NOISY`; and, where it was run on samples, an input or
 * output that is `OUT_OF_RANGE`, `TOO_NOISY`, or of `INTEGERS_INEXACT`.
 */
export type Float32Reason =
  | 'EXCLUDED'
  | 'OPERATOR_UNSUITED'
  | 'DOMAIN_UNKNOWN'
  | 'HOLDS_GRAPHS'
  | 'TYPE_UNKNOWN'
  | 'SHAPE_ARITHMETIC'
  | 'CONSTANT_TOO_NOISY'
  | 'OUT_OF_RANGE'
  | 'TOO_NOISY'
  | 'INTEGERS_INEXACT';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * Operators that stay in 32 bits: the list of `onnxruntime.transformers.float16`, and what some version of ONNX up to 24 defines for other floats
 * alone (QuantizeLinear before 19, Celu, IsInf before 20, TfIdfVectorizer; MeanVarianceNormalization by the constants of its definition), what
 * looks at the bits, what makes floats of no input, and what handles sequences. The type of Resize's scales is fixed. ONNX Runtime 1.30 cannot load
 * EyeLike, Trilu and Cast to 4 bits in 16 bits on a CPU.
 */
const unsuited = new Set([
  ...words('NonMaxSuppression TopK RoiAlign Resize Upsample Range CumSum CumProd Min Max'),
  ...words('QuantizeLinear DequantizeLinear DynamicQuantizeLinear QLinearConv QLinearMatMul'),
  ...words('BitCast CastLike Celu EyeLike IsInf MeanVarianceNormalization TfIdfVectorizer Trilu'),
  ...words('DFT STFT MelWeightMatrix BlackmanWindow HammingWindow HannWindow'),
  ...words('RandomNormal RandomUniform RandomNormalLike RandomUniformLike Multinomial Bernoulli'),
  ...words('SequenceConstruct SequenceEmpty SequenceInsert SequenceErase SequenceAt SequenceLength SequenceMap'),
  ...words('ConcatFromSequence SplitToSequence Optional OptionalGetElement OptionalHasElement'),
]);

/** Operators of ONNX Runtime's own domain all of whose floats are of one type, which may be the short one. */
const suitedOfMicrosoft = new Set(
  words('BiasGelu FastGelu FusedConv FusedGemm FusedMatMul Gelu QuickGelu').map((name) => `com.microsoft:${name}`),
);

/** Why nodes of this operator stay in 32-bit floats whatever their numbers are; null: they need not. */
export function reasonOfOperator(node: NodeProto): Float32Reason | null {
  if (bodiesOf(node).length > 0) return 'HOLDS_GRAPHS';
  const operator = operatorName(node);
  if (operator.includes(':') && !suitedOfMicrosoft.has(operator)) return 'DOMAIN_UNKNOWN';
  // Sums of many small numbers: ONNX Runtime refuses to add them up in 16 bits.
  const isReducing = textAttribute(node, 'reduction', 'none') !== 'none' && operator.startsWith('Scatter');
  const isToFourBits = operator === 'Cast' && integerAttribute(node, 'to', 0) === dataTypeOf('float4e2m1');
  return unsuited.has(operator) || isReducing || isToFourBits ? 'OPERATOR_UNSUITED' : null;
}

/** Whether an output of a converted node is in 32 bits still: mean and deviation of LayerNormalization have a type of their own. */
export function staysWide(node: NodeProto, output: number): boolean {
  return output > 0 && operatorName(node) === 'LayerNormalization';
}

/** Whether a node looks at nothing but the shape of its input, so that any type will do. */
export function looksAtShapeOnly(node: NodeProto): boolean {
  return ['Shape', 'Size'].includes(operatorName(node));
}
