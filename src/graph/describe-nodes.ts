import { attributeText } from './attribute-text.ts';
import { constantTensors } from './constants.ts';
import type { GraphValues } from './graph-values.ts';
import { type GraphWork, graphWork, type NodeWork } from './node-work.ts';
import type { OnnxModel } from './onnx-message.ts';

/** A value that a node takes or makes; type and shape are null where they could not be told. */
export interface DescribedValue {
  readonly name: string;
  /** `input`: of the model. `constant`: an initialiser or what a Constant node holds. `computed`: by a node. */
  readonly kind: 'input' | 'constant' | 'computed';
  readonly type: string | null;
  readonly shape: readonly number[] | null;
}

/** One node of the main graph: what it is, what it takes and makes, and what it has to do. */
export interface DescribedNode extends NodeWork {
  /** An optional input that is left out has an empty name. */
  readonly inputs: readonly DescribedValue[];
  readonly outputs: readonly DescribedValue[];
  /** Attributes as a reader takes them in: long lists are cut, tensors and bodies told by their size. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface DescribedGraph {
  /** In the order of the graph. */
  readonly nodes: readonly DescribedNode[];
  /** The sums of `graphWork`. */
  readonly work: Omit<GraphWork, 'nodes'>;
}

/** Describes every node of the main graph, for inputs of the shapes that `values` were inferred for. Bodies of If, Loop and Scan are counted, not entered. */
export function describeNodes(model: OnnxModel, values: GraphValues): DescribedGraph {
  const { nodes: works, ...work } = graphWork(model, values);
  const constants = constantTensors(model.graph);
  const computed = new Set(model.graph.node.flatMap(({ output }) => output));
  const describe = (name: string): DescribedValue => ({
    name,
    kind: constants.has(name) ? 'constant' : computed.has(name) || name === '' ? 'computed' : 'input',
    type: values.types.get(name) ?? null,
    shape: values.shapes.get(name) ?? null,
  });
  const nodes = model.graph.node.flatMap((node, place) => {
    const nodeWork = works[place];
    if (nodeWork === undefined) return [];
    return {
      ...nodeWork,
      inputs: node.input.map(describe),
      outputs: node.output.filter((name) => name !== '').map(describe),
      attributes: Object.fromEntries(node.attribute.map((attribute) => [attribute.name, attributeText(attribute)])),
    };
  });
  return { nodes, work };
}
