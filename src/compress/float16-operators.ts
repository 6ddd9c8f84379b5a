import { bodiesOf } from '../graph/bodies.ts';
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
 * Operators that stay in 32 bits: the list of `onnxruntime.transformers.float16`, and what the versions of ONNX up to 24 define for other floats
 * alone (QuantizeLinear before 19, Celu, IsInf before 20, TfIdfVectorizer), what makes floats of no input, and what handles sequences.
 * Resize is among them since the type of its scales is fixed.
 */
const unsuited = new Set([
  ...words('NonMaxSuppression TopK RoiAlign Resize Upsample Range CumSum CumProd Min Max'),
  ...words('QuantizeLinear DequantizeLinear DynamicQuantizeLinear QLinearConv QLinearMatMul'),
  ...words('Celu IsInf TfIdfVectorizer DFT STFT MelWeightMatrix BlackmanWindow HammingWindow HannWindow'),
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
  return unsuited.has(operator) ? 'OPERATOR_UNSUITED' : null;
}

/** Whether an output of a converted node is in 32 bits still: mean and deviation of LayerNormalization have a type of their own. */
export function staysWide(node: NodeProto, output: number): boolean {
  return output > 0 && operatorName(node) === 'LayerNormalization';
}

/** Whether a node looks at nothing but the shape of its input, so that any type will do. */
export function looksAtShapeOnly(node: NodeProto): boolean {
  return ['Shape', 'Size'].includes(operatorName(node));
}
