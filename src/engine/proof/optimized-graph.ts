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

function collectPrecisions(graph: GraphProto, outer: ReadonlyMap<string, number>, found: Set<string>): void {
  const constants = new Map(outer);
  for (const { name, dataType } of graph.initializer) constants.set(name, dataType);
  for (const node of graph.node) {
    const precision = precisionOfNode(node, constants);
    if (precision !== undefined) found.add(precision);
    for (const { g, graphs } of node.attribute) {
      for (const body of g === undefined ? graphs : [g, ...graphs]) collectPrecisions(body, constants, found);
    }
  }
}

function precisionOfNode(node: NodeProto, constants: ReadonlyMap<string, number>): string | undefined {
  const integer = integerOperators[node.opType];
  if (integer !== undefined) return integer;
  if (!computingOperators.test(node.opType)) return undefined;
  for (const input of node.input) {
    const name = floatNames[constants.get(input) ?? -1];
    if (name !== undefined) return name;
  }
  return undefined;
}
