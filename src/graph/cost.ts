import { withBodies } from './bodies.ts';
import { constantTensors } from './constants.ts';
import { elementType } from './element-type.ts';
import { integerAttribute } from './node-attributes.ts';
import type { NodeProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';
import { inferShapes } from './shapes.ts';
import { elementCount } from './tensor-proto.ts';

export interface GraphCost {
  /** Trainable numbers: see `parameterCount`. */
  readonly parameters: number;
  /** Multiply-adds of Conv, ConvTranspose, Gemm and MatMul; null where they cannot be counted, with the reason. */
  readonly multiplyAdds: number | null;
  readonly reason: string | null;
  /** Nodes with multiply-adds, in the order of the graph. */
  readonly nodes: readonly NodeCost[];
}

export interface NodeCost {
  readonly name: string;
  readonly operator: string;
  readonly multiplyAdds: number;
}

type Shape = readonly number[];

/**
 * Operators that do multiply-adds which are not counted here: where one stands in the graph, there is no total. What is left
 * (activations, normalisations, pooling, moving data) counts as nothing, as is the custom.
 */
const uncounted =
  /^(Attention|Conv\w+|DFT|Einsum|GRU|GridSample|If|LSTM|Loop|MatMul\w+|Q(Gemm|Linear\w+)|RNN|Scan|DeformConv|.+:.+)$/;

/** Parameters and multiply-adds of a model for inputs of these shapes. */
export function graphCost(model: OnnxModel, inputShapes: Readonly<Record<string, Shape>>): GraphCost {
  const shapes = inferShapes(model, inputShapes);
  const nodes: NodeCost[] = [];
  let reason: string | null = null;
  for (const node of model.graph.node) {
    const operator = operatorName(node);
    const count = counters.get(operator);
    if (count === undefined) {
      if (uncounted.test(operator)) reason ??= `${operator} "${node.name}" is not counted`;
      continue;
    }
    const [a, b] = node.input.map((name) => shapes.get(name));
    const output = shapes.get(node.output[0] ?? '');
    if (a === undefined || b === undefined || output === undefined) {
      reason ??= `the shapes at ${operator} "${node.name}" are not known`;
      continue;
    }
    nodes.push({ name: node.name, operator, multiplyAdds: count(node, a, b, output) });
  }
  const total = nodes.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  return { parameters: parameterCount(model), multiplyAdds: reason === null ? total : null, reason, nodes };
}

/**
 * Trainable numbers: all floating-point constants of one or more dimensions, and packed integers of two or more (quantised weights), but
 * for the running mean and variance of BatchNormalization and for constants that no node uses. 25,557,032 for ResNet-50, as torchvision counts.
 */
export function parameterCount(model: OnnxModel): number {
  const graphs = withBodies(model.graph);
  const used = new Set<string>();
  const statistics = new Set<string>();
  for (const { opType, input } of graphs.flatMap(({ node }) => node)) {
    for (const name of input) used.add(name);
    if (opType === 'BatchNormalization') for (const name of input.slice(3)) statistics.add(name);
  }
  let count = 0;
  for (const [name, { dataType, dims }] of graphs.flatMap((graph) => [...constantTensors(graph)])) {
    if (!used.has(name) || statistics.has(name)) continue;
    const type = elementType(dataType).name;
    const isFloat = type.includes('float');
    const isPacked = /^u?int(2|4|8)$/.test(type);
    if ((isFloat && dims.length >= 1) || (isPacked && dims.length >= 2)) count += elementCount(dims.map(Number));
  }
  return count;
}

/** Multiply-adds of a node, from the shapes of its first two inputs and its output. */
type Counter = (node: NodeProto, a: Shape, b: Shape, output: Shape) => number;

const counters = new Map<string, Counter>([
  // Every element of the output is a dot product over a filter: inputs / group × kernel.
  ['Conv', (_node, _input, weight, output) => elementCount(output) * elementCount(weight.slice(1))],
  // Every element of the input is spread by a filter: outputs / group × kernel.
  ['ConvTranspose', (_node, input, weight) => elementCount(input) * elementCount(weight.slice(1))],
  ['Gemm', (node, a, _b, output) => elementCount(output) * (a[1 - integerAttribute(node, 'transA', 0)] ?? 0)],
  ['MatMul', (_node, a, _b, output) => elementCount(output) * (a.at(-1) ?? 0)],
]);
