import { withBodies } from './bodies.ts';
import { constantTensors } from './constants.ts';
import { elementType } from './element-type.ts';
import { multiplyAddsOf } from './multiply-adds.ts';
import type { OnnxModel } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';
import type { Shape } from './shape-rule.ts';
import { inferShapes } from './shapes.ts';
import { elementCount } from './tensor-proto.ts';

export interface GraphCost {
  /** Trainable numbers: see `parameterCount`. */
  readonly parameters: number;
  /** Multiply-adds as `multiplyAddsOf` counts them; null where they cannot be counted, with the reason. */
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

/** Parameters and multiply-adds of a model for inputs of these shapes. */
export function graphCost(model: OnnxModel, inputShapes: Readonly<Record<string, Shape>>): GraphCost {
  const shapes = inferShapes(model, inputShapes);
  const nodes: NodeCost[] = [];
  let reason: string | null = null;
  for (const node of model.graph.node) {
    const work = multiplyAddsOf(node, (value) => shapes.get(value));
    if (work.count === null) reason ??= work.reason;
    else if (work.isCounted) nodes.push({ name: node.name, operator: operatorName(node), multiplyAdds: work.count });
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
