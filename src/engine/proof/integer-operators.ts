import type { GraphProto, NodeProto } from '../../graph/onnx_pb.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';

/** Operators that multiply and add in integers, whatever their scales are stored in. `int8_dynamic`: with scales that are found at run time. */
const integerProducts: Readonly<Record<string, 'int8' | 'int8_dynamic'>> = {
  QLinearConv: 'int8',
  QLinearMatMul: 'int8',
  QGemm: 'int8',
  QAttention: 'int8',
  ConvInteger: 'int8_dynamic',
  MatMulInteger: 'int8_dynamic',
  MatMulIntegerToFloat: 'int8_dynamic',
  DynamicQuantizeMatMul: 'int8_dynamic',
  DynamicQuantizeLSTM: 'int8_dynamic',
};

/** The precision that an operator multiplies in; undefined for all that do not multiply integers. */
export function integerPrecision({ opType }: Pick<NodeProto, 'opType'>): 'int8' | 'int8_dynamic' | undefined {
  return integerProducts[opType];
}

/** Those that engines put in place of operators of floats between DequantizeLinear and QuantizeLinear. */
const joined = new Set(['Conv', 'Gemm', 'MatMul']);

/** Products of a graph that are, or are meant to be, computed in integers. */
export interface IntegerProducts {
  /** Operators that multiply integers. */
  readonly integer: number;
  /** Products of floats whose factors both come out of DequantizeLinear: where an engine leaves them so, they are computed in floats. */
  readonly dequantized: number;
}

/** Counts the products in integers, the bodies of If, Loop and Scan included. */
export function integerProductsOf(model: OnnxModel): IntegerProducts {
  const counts = { integer: 0, dequantized: 0 };
  count(model.graph, counts);
  return counts;
}

function count(graph: GraphProto, counts: { integer: number; dequantized: number }): void {
  const dequantized = new Set<string>();
  // Nodes stand in an order in which every value is made before it is taken (ONNX IR, "Graphs").
  for (const node of graph.node) {
    if (node.opType === 'DequantizeLinear') dequantized.add(node.output[0] ?? '');
    else if (integerPrecision(node) !== undefined) counts.integer++;
    else if (joined.has(node.opType) && node.input.slice(0, 2).every((input) => dequantized.has(input))) {
      counts.dequantized++;
    }
    for (const { g, graphs } of node.attribute) {
      for (const body of g === undefined ? graphs : [g, ...graphs]) count(body, counts);
    }
  }
}

/**
 * Whether an operator, named as `operatorCounts` does, is one that engines put into quantised graphs: in place of operators of floats, or to
 * go between floats and 8 bits.
 */
export function isOfQuantizedGraph(name: string): boolean {
  return /^(.*:)?(Q(Linear|Gemm|Attention)|(Conv|MatMul)Integer|DynamicQuantize|(Dynamic)?QuantizeLinear|DequantizeLinear)/.test(
    name,
  );
}
