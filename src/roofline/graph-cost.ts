import type { GraphWork, NodeWork } from '../graph/node-work.ts';
import type { ModelCost } from './known-models.ts';

export interface AboutGraph {
  /** A name for people. The cost gets an id that no published model has: what was published of a model of the same name is not taken for it. */
  readonly id: string;
  /** Items in the query that the work was counted for. Default: 1. */
  readonly items?: number;
  /** As `parameterCount` counts them. Default: the bytes of the weights as if they were float32. */
  readonly parameters?: number;
}

/** A cost that was counted, with what a stated one lacks. */
export interface GraphCost extends ModelCost {
  /** Elements that its layers read and write at least, weights left out. */
  readonly movedElementsPerItem: number;
}

/** Why a graph has no cost that a projection can rest on. */
export interface NoCost {
  readonly unknown: string;
}

/**
 * What a graph asks of a device, counted rather than stated: operations are twice its multiply-adds. Its kind is told by the operators that
 * most multiply-adds are in. A model that writes token by token has no cost an item: how many tokens an item has, the graph does not say.
 */
export function modelCostOf(work: GraphWork, about: AboutGraph): GraphCost | NoCost {
  const { multiplyAdds, weightBytes, nodes } = work;
  if (multiplyAdds === null) return { unknown: work.reason ?? 'not every operator of the graph is counted' };
  if (multiplyAdds === 0) return { unknown: 'the graph has no multiply-adds, and nothing else is counted' };
  const parameters = about.parameters ?? (weightBytes === null ? null : weightBytes / bytesOfFloat32);
  if (parameters === null) return { unknown: work.reason ?? 'the size of the weights is not known' };
  return {
    id: `graph:${about.id}`,
    kind: kindOf(nodes, multiplyAdds),
    operationsPerItem: (2 * multiplyAdds) / (about.items ?? 1),
    parameters,
    decoding: null,
    movedElementsPerItem: movedElements(nodes) / (about.items ?? 1),
    source: 'counted from the graph: 2 operations for each multiply-add',
  };
}

export function isGraphCost(cost: ModelCost): cost is GraphCost {
  return 'movedElementsPerItem' in cost;
}

const bytesOfFloat32 = 4;

const convolutions = /(^|:)(QLinear|Fused)?Conv(Integer|Transpose)?$/;
const recurrences = /^(LSTM|GRU|RNN)$/;

/**
 * Elements that layers with weights read and write: what an engine that fuses all else with them cannot spare. Stored as 32-bit floats; of a graph
 * with narrower values it is less than they are.
 */
function movedElements(nodes: readonly NodeWork[]): number {
  const layers = nodes.filter(({ multiplyAdds, weightBytes }) => (multiplyAdds ?? 0) > 0 && (weightBytes ?? 0) > 0);
  const bytes = layers.reduce(
    (sum, { bytesRead, bytesWritten, weightBytes }) =>
      sum + (bytesRead ?? 0) - (weightBytes ?? 0) + (bytesWritten ?? 0),
    0,
  );
  return bytes / bytesOfFloat32;
}

/**
 * Products of matrices count as an encoder's only where attention is among them: layers that are only dense do too little at a time to use
 * a device alike.
 */
function kindOf(nodes: readonly NodeWork[], total: number): ModelCost['kind'] {
  const share = (pattern: RegExp) =>
    nodes.reduce((sum, node) => sum + (pattern.test(node.operator) ? (node.multiplyAdds ?? 0) : 0), 0) / total;
  if (share(convolutions) >= 0.5) return 'convolution';
  if (share(recurrences) >= 0.5) return 'recurrent';
  return attends(nodes) ? 'encoder' : 'dense';
}

/**
 * The kind of a model of which only the counts of its operators are known, as an engine's optimised graph has them: a guess. Products of
 * matrices count as an encoder's where there is attention, or more Softmax than the one that ends a classifier.
 */
export function kindOfOperators(operators: Readonly<Record<string, number>>): ModelCost['kind'] {
  const count = (pattern: RegExp) =>
    Object.entries(operators).reduce((sum, [name, times]) => sum + (pattern.test(name) ? times : 0), 0);
  const layers = count(convolutions);
  if (layers > 0 && layers >= count(/(MatMul|Gemm)/)) return 'convolution';
  if (count(recurrences) > 0) return 'recurrent';
  return count(/Attention$/) > 0 || count(/(^|:)(QLinear)?Softmax$/) > 1 ? 'encoder' : 'dense';
}

/** Attention multiplies activations by what a Softmax made of them. Quantised weights are no constants of the product either, but come before. */
function attends(nodes: readonly NodeWork[]): boolean {
  const weighed = nodes.findIndex(({ operator }) => /(^|:)(QLinear)?Softmax$/.test(operator));
  const isProduct = ({ multiplyAdds, weightBytes }: NodeWork) => (multiplyAdds ?? 0) > 0 && weightBytes === 0;
  return weighed !== -1 && nodes.slice(weighed).some(isProduct);
}
