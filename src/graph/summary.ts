import { withBodies } from './bodies.ts';
import { constantTensors } from './constants.ts';
import { graphCost, type NodeCost } from './cost.ts';
import { type DescribedNode, describeNodes } from './describe-nodes.ts';
import { elementType } from './element-type.ts';
import { inferValues } from './graph-values.ts';
import { type ModelValue, modelInputs, modelOutputs } from './model-values.ts';
import type { GraphWork } from './node-work.ts';
import type { OnnxModel } from './onnx-message.ts';
import { operatorCounts } from './operator-counts.ts';
import { elementCount } from './tensor-proto.ts';

/** What stands in a model file. */
export interface ModelSummary {
  readonly producer: string | null;
  readonly irVersion: number;
  /** Version of the operators by domain; the standard domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** What has to be fed. */
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Nodes, those in bodies included, and how many of each operator. */
  readonly nodes: number;
  readonly operators: Readonly<Record<string, number>>;
  /** Constants (weights and others) by element type, the largest first. */
  readonly constants: readonly { readonly type: string; readonly tensors: number; readonly elements: number }[];
  readonly parameters: number;
  /** For inputs of the given shapes; null where they cannot be counted, and why. */
  readonly multiplyAdds: number | null;
  readonly reason: string | null;
  /** The nodes with the most multiply-adds, the largest first. */
  readonly heaviest: readonly NodeCost[];
  /** Bytes that the nodes move, each run on its own, and those of the constants that they use; null where they cannot be told, and why. */
  readonly traffic: Pick<GraphWork, 'bytesRead' | 'bytesWritten' | 'weightBytes' | 'reason'>;
  /** Every node of the main graph, in its order. */
  readonly byNode: readonly DescribedNode[];
}

const heaviestShown = 5;

const unknownShapes = 'the shapes of the inputs are not known';

/**
 * Describes a model.
 * @param inputShapes Shape of each input with a batch of 1; null where they are not known, so that multiply-adds are null.
 */
export function summariseModel(
  model: OnnxModel,
  inputShapes: Readonly<Record<string, readonly number[]>> | null,
): ModelSummary {
  const operators = operatorCounts(model);
  const cost = graphCost(model, inputShapes ?? {});
  const { nodes: byNode, work } = describeNodes(model, inferValues(model, inputShapes ?? {}));
  const { bytesRead, bytesWritten, weightBytes } = work;
  const isCounted = inputShapes !== null && cost.reason === null;
  return {
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' ') || null,
    irVersion: Number(model.irVersion),
    opsets: Object.fromEntries(
      model.opsetImport.map(({ domain, version }) => [domain === '' ? 'ai.onnx' : domain, Number(version)]),
    ),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    inputs: modelInputs(model),
    outputs: modelOutputs(model),
    nodes: Object.values(operators).reduce((sum, count) => sum + count, 0),
    operators,
    constants: constantsByType(model),
    parameters: cost.parameters,
    multiplyAdds: isCounted ? cost.multiplyAdds : null,
    reason: inputShapes === null ? unknownShapes : cost.reason,
    heaviest: isCounted ? cost.nodes.toSorted((a, b) => b.multiplyAdds - a.multiplyAdds).slice(0, heaviestShown) : [],
    traffic: { bytesRead, bytesWritten, weightBytes, reason: inputShapes === null ? unknownShapes : work.reason },
    byNode,
  };
}

function constantsByType(model: OnnxModel): ModelSummary['constants'] {
  const byType = new Map<string, { type: string; tensors: number; elements: number }>();
  for (const tensor of withBodies(model.graph).flatMap((graph) => [...constantTensors(graph).values()])) {
    const type = elementType(tensor.dataType).name;
    const entry = byType.get(type) ?? { type, tensors: 0, elements: 0 };
    entry.tensors += 1;
    entry.elements += elementCount(tensor.dims.map(Number));
    byType.set(type, entry);
  }
  return [...byType.values()].sort((a, b) => b.elements - a.elements);
}
