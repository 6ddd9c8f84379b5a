import type { GraphProto, NodeProto } from '../../graph/onnx_pb.ts';
import { TensorProto_DataType } from '../../graph/onnx_pb.ts';
import { readModel } from '../../graph/onnx-file.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import { operatorCounts } from '../../graph/operator-counts.ts';

export type OperatorCounts = Readonly<Record<string, number>>;

/** What an optimised graph tells of the way in which it is computed. */
export interface OptimizedGraph {
  readonly operators: OperatorCounts;
  /** `nchwc`: convolutions in blocks of channels. `nhwc`: channels last. */
  readonly layout: 'nchwc' | 'nhwc' | 'plain';
  /** Of the operators that compute, or of the inputs where none has constants; several joined by `+`; null: neither tells. */
  readonly precision: string | null;
}

/** Reads a dumped graph. */
export function readOptimizedGraph(path: string): OptimizedGraph {
  const model = readModel(path);
  const operators = operatorCounts(model);
  return { operators, layout: layoutOf(operators), precision: precisionOf(model) };
}

function layoutOf(operators: OperatorCounts): OptimizedGraph['layout'] {
  const names = Object.keys(operators);
  if (names.some((name) => name.startsWith('com.microsoft.nchwc:'))) return 'nchwc';
  return names.some((name) => /^com\.(microsoft|ms\.internal\.nhwc).*nhwc/i.test(name)) ? 'nhwc' : 'plain';
}

/** Operators that compute in integers, whatever their scales are stored in. */
const integerOperators: Readonly<Record<string, 'int8' | 'int8_dynamic'>> = {
  QLinearConv: 'int8',
  QLinearMatMul: 'int8',
  QGemm: 'int8',
  NhwcQLinearConv: 'int8',
  ConvInteger: 'int8_dynamic',
  MatMulInteger: 'int8_dynamic',
  MatMulIntegerToFloat: 'int8_dynamic',
  DynamicQuantizeMatMul: 'int8_dynamic',
  DynamicQuantizeLSTM: 'int8_dynamic',
};

/** Operators that multiply and add: where the time of a network goes, and what its precision means. */
const computingOperators =
  /^(Fused|Nhwc)?(Conv|ConvTranspose|Gemm|MatMul|Attention|MultiHeadAttention|LSTM|GRU|RNN)(Activation)?$/;

const floatNames: Readonly<Record<number, string>> = {
  [TensorProto_DataType.FLOAT]: 'fp32',
  [TensorProto_DataType.DOUBLE]: 'fp64',
  [TensorProto_DataType.FLOAT16]: 'fp16',
  [TensorProto_DataType.BFLOAT16]: 'bf16',
};

/** The type of the constants that each computing operator takes tells what it computes in. */
function precisionOf(model: OnnxModel): string | null {
  const found = new Set<string>();
  collectPrecisions(model.graph, new Map(), found);
  if (found.size === 0) {
    for (const { type } of model.graph.input) {
      const name = type?.value.case === 'tensorType' ? floatNames[type.value.value.elemType] : undefined;
      if (name !== undefined) found.add(name);
    }
  }
  return found.size === 0 ? null : [...found].sort().join('+');
}

/** What is known of a value that computing operators may take: the name of its precision, where it comes from constants. */
type Precisions = ReadonlyMap<string, string>;

function collectPrecisions(graph: GraphProto, outer: Precisions, found: Set<string>): void {
  const known = new Map(outer);
  for (const { name, dataType } of graph.initializer) {
    const precision = floatNames[dataType];
    if (precision !== undefined) known.set(name, precision);
  }
  // Nodes stand in an order in which every value is made before it is taken (ONNX IR, "Graphs").
  for (const node of graph.node) {
    const [output] = node.output;
    const carried = carriedPrecision(node, known);
    if (output !== undefined && carried !== undefined) known.set(output, carried);
    const precision = precisionOfNode(node, known);
    if (precision !== undefined) found.add(precision);
    for (const { g, graphs } of node.attribute) {
      for (const body of g === undefined ? graphs : [g, ...graphs]) collectPrecisions(body, known, found);
    }
  }
}

/** Operators that hand the numbers of their first input on: a stored weight stays one behind them. */
const carrying = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);

/**
 * The precision of a node's output where it is a stored weight or a quantised value. Weights in half precision reach operators
 * through a Cast where the engine computes in 32 bits, and those of a model quantised in the QDQ format through DequantizeLinear,
 * before the engine puts an integer operator in place of the group.
 */
function carriedPrecision(node: NodeProto, known: Precisions): string | undefined {
  if (node.opType === 'DequantizeLinear') return 'int8';
  if (node.opType === 'Constant')
    return floatNames[node.attribute.find(({ name }) => name === 'value')?.t?.dataType ?? -1];
  return carrying.has(node.opType) ? known.get(node.input[0] ?? '') : undefined;
}

function precisionOfNode(node: NodeProto, known: Precisions): string | undefined {
  const integer = integerOperators[node.opType];
  if (integer !== undefined) return integer;
  if (!computingOperators.test(node.opType)) return undefined;
  const precisions = node.input.map((input) => known.get(input)).filter((name) => name !== undefined);
  // A bias is often kept in floats.
  return precisions.find((name) => name === 'int8') ?? precisions[0];
}

/**
 * Whether an optimised graph computes in the precision of its file. Whether scales are found at run time is no difference: of a
 * quantised product whose result nobody quantises, ONNX Runtime makes the operator that it also makes of dynamic quantisation.
 */
export function isSamePrecision(optimized: string, stored: string): boolean {
  const kinds = (precision: string) =>
    [...new Set(precision.split('+').map((name) => (name === 'int8_dynamic' ? 'int8' : name)))].sort().join('+');
  return kinds(optimized) === kinds(stored);
}
