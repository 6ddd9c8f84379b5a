import { integerAttribute } from '../../graph/node-attributes.ts';
import type { GraphProto, NodeProto } from '../../graph/onnx_pb.ts';
import { TensorProto_DataType } from '../../graph/onnx_pb.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import { integerPrecision } from './integer-operators.ts';

const floatNames: Readonly<Record<number, string>> = {
  [TensorProto_DataType.FLOAT]: 'fp32',
  [TensorProto_DataType.DOUBLE]: 'fp64',
  [TensorProto_DataType.FLOAT16]: 'fp16',
  [TensorProto_DataType.BFLOAT16]: 'bf16',
};

/** The name of a type of floats, by its number in ONNX; undefined for other types. */
export function floatName(dataType: number): string | undefined {
  return floatNames[dataType];
}

/** Operators that multiply and add floats: where the time of a network goes, and what its precision means. */
const computing =
  /^(Fused|Nhwc)?(Conv|ConvTranspose|Gemm|MatMul|Attention|MultiHeadAttention|LSTM|GRU|RNN)(Activation)?$/;

/** Whether an operator multiplies and adds numbers of the type that it is given. */
export function isComputing({ opType }: NodeProto): boolean {
  return computing.test(opType);
}

/** The types of floats that the inputs of a graph have. */
export function inputPrecisions({ input }: GraphProto): Map<string, string> {
  const known = new Map<string, string>();
  for (const { name, type } of input) {
    const precision = type?.value.case === 'tensorType' ? floatName(type.value.value.elemType) : undefined;
    if (precision !== undefined) known.set(name, precision);
  }
  return known;
}

/**
 * What the operators of a graph that multiply and add are given: `fp32` for a weight that is stored in 16 bits and cast in front of its
 * operator, and for a product between DequantizeLinear and QuantizeLinear which no engine joined. Several are joined by `+`; of a graph
 * without such operators it is the type of its inputs; null: neither tells.
 */
export function computePrecision(model: OnnxModel): string | null {
  const found = new Set<string>();
  collect(model.graph, new Map(), found);
  if (found.size === 0) for (const precision of inputPrecisions(model.graph).values()) found.add(precision);
  return found.size === 0 ? null : [...found].sort().join('+');
}

function collect(graph: GraphProto, outer: ReadonlyMap<string, string>, found: Set<string>): void {
  const known = new Map([...outer, ...inputPrecisions(graph)]);
  for (const { name, dataType } of graph.initializer) {
    const precision = floatName(dataType);
    if (precision !== undefined) known.set(name, precision);
  }
  // Nodes stand in an order in which every value is made before it is taken (ONNX IR, "Graphs").
  for (const node of graph.node) {
    const given = givenPrecision(node, known);
    const integer = integerPrecision(node);
    if (integer !== undefined) found.add(integer);
    else if (given !== undefined && isComputing(node)) found.add(given);
    const made = madePrecision(node, given);
    if (made !== undefined) for (const output of node.output) known.set(output, made);
    for (const { g, graphs } of node.attribute) {
      for (const body of g === undefined ? graphs : [g, ...graphs]) collect(body, known, found);
    }
  }
}

/** Operators take floats of one type: that of the first input whose type is known. */
function givenPrecision(node: NodeProto, known: ReadonlyMap<string, string>): string | undefined {
  for (const input of node.input) {
    const precision = known.get(input);
    if (precision !== undefined) return precision;
  }
  return undefined;
}

/** Operators give floats of the type that they take, the scale of DequantizeLinear included, but for those that are there to change it. */
function madePrecision(node: NodeProto, given: string | undefined): string | undefined {
  if (node.opType === 'Cast') return floatName(integerAttribute(node, 'to', TensorProto_DataType.UNDEFINED));
  if (node.opType === 'Constant') {
    return floatName(
      node.attribute.find(({ name }) => name === 'value')?.t?.dataType ?? TensorProto_DataType.UNDEFINED,
    );
  }
  return node.opType === 'QuantizeLinear' || node.opType.startsWith('QLinear') ? undefined : given;
}
