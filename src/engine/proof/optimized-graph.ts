import { integerAttribute } from '../../graph/node-attributes.ts';
import type { GraphProto, NodeProto } from '../../graph/onnx_pb.ts';
import { readModel } from '../../graph/onnx-file.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import { operatorCounts } from '../../graph/operator-counts.ts';
import { computePrecision, floatName, inputPrecisions, isComputing } from './compute-precision.ts';
import { type IntegerProducts, integerPrecision, integerProductsOf } from './integer-operators.ts';

export type OperatorCounts = Readonly<Record<string, number>>;

/** What an optimised graph tells of the way in which it is computed. */
export interface OptimizedGraph {
  readonly operators: OperatorCounts;
  /** `nchwc`: convolutions in blocks of channels. `nhwc`: channels last. A graph may have parts of both kinds. */
  readonly memoryLayout: 'nchwc' | 'nhwc' | 'nchwc+nhwc' | 'plain';
  /**
   * What the weights of the operators that compute are stored in, or the inputs where none has constants; several joined by `+`; null: neither
   * tells.
   */
  readonly precision: string | null;
  /** What those operators compute in, as `computePrecision` has it. */
  readonly computePrecision: string | null;
  readonly integerProducts: IntegerProducts;
}

/** Reads a dumped graph. */
export function readOptimizedGraph(path: string): OptimizedGraph {
  const model = readModel(path);
  return {
    operators: operatorCounts(model),
    memoryLayout: memoryLayoutOf(model.graph),
    precision: precisionOf(model),
    computePrecision: computePrecision(model),
    integerProducts: integerProductsOf(model),
  };
}

function memoryLayoutOf(graph: GraphProto): OptimizedGraph['memoryLayout'] {
  const hasBlocks = graph.node.some(({ domain }) => domain === 'com.microsoft.nchwc');
  const hasChannelsLast = graph.node.some(isChannelsLast);
  if (hasBlocks) return hasChannelsLast ? 'nchwc+nhwc' : 'nchwc';
  return hasChannelsLast ? 'nhwc' : 'plain';
}

/** Quantised operators keep their names in channels last, and say so in an attribute; of others there is one with a name of its own. */
function isChannelsLast(node: NodeProto): boolean {
  if (node.domain === 'com.ms.internal.nhwc') return true;
  if (node.domain !== 'com.microsoft') return false;
  return node.opType.startsWith('Nhwc') || integerAttribute(node, 'channels_last', 0) === 1;
}

/** The type of the constants that each computing operator takes tells what it computes in. */
function precisionOf(model: OnnxModel): string | null {
  const found = new Set<string>();
  collectPrecisions(model.graph, new Map(), found);
  if (found.size === 0) for (const precision of inputPrecisions(model.graph).values()) found.add(precision);
  return found.size === 0 ? null : [...found].sort().join('+');
}

/** What is known of a value that computing operators may take: the name of its precision, where it comes from constants. */
type Precisions = ReadonlyMap<string, string>;

function collectPrecisions(graph: GraphProto, outer: Precisions, found: Set<string>): void {
  const known = new Map(outer);
  for (const { name, dataType } of graph.initializer) {
    const precision = floatName(dataType);
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
    return floatName(node.attribute.find(({ name }) => name === 'value')?.t?.dataType ?? 0);
  return carrying.has(node.opType) ? known.get(node.input[0] ?? '') : undefined;
}

function precisionOfNode(node: NodeProto, known: Precisions): string | undefined {
  const integer = integerPrecision(node);
  if (integer !== undefined) return integer;
  if (!isComputing(node)) return undefined;
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
