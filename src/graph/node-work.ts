import { constantTensors } from './constants.ts';
import { type GraphValues, valueBytes } from './graph-values.ts';
import { type MultiplyAdds, multiplyAddsOf } from './multiply-adds.ts';
import type { NodeProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';

/**
 * What one node has to do at least, run on its own: an engine that fuses it with its neighbours reads and writes less, one that needs a
 * scratch copy more. What cannot be told is null, and `reason` says why.
 */
export interface NodeWork {
  readonly name: string;
  readonly operator: string;
  /** See `multiplyAddsOf`. */
  readonly multiplyAdds: number | null;
  /** Bytes of the constants among its inputs, whole. */
  readonly weightBytes: number | null;
  /** Bytes of its inputs that are read, each input once: constants, too; of a table, the rows that are looked up. */
  readonly bytesRead: number | null;
  readonly bytesWritten: number | null;
  readonly reason: string | null;
}

export interface GraphWork extends Omit<NodeWork, 'name' | 'operator' | 'weightBytes'> {
  /** All nodes of the main graph, in its order. */
  readonly nodes: readonly NodeWork[];
  /** Bytes of the constants that nodes use, each counted once. */
  readonly weightBytes: number | null;
}

/** What a model has to do, node by node and in sum, for inputs of the shapes that `values` were inferred for. */
export function graphWork(model: OnnxModel, values: GraphValues): GraphWork {
  const constants = new Set(constantTensors(model.graph).keys());
  const sizes = new Sizes(values);
  const nodes = model.graph.node.map((node) => nodeWork(node, sizes, constants));
  const used = new Set(model.graph.node.flatMap(({ input }) => input).filter((name) => constants.has(name)));
  return {
    nodes,
    multiplyAdds: sum(nodes.map(({ multiplyAdds }) => multiplyAdds)),
    weightBytes: sizes.total([...used]),
    bytesRead: sum(nodes.map(({ bytesRead }) => bytesRead)),
    bytesWritten: sum(nodes.map(({ bytesWritten }) => bytesWritten)),
    reason: nodes.find(({ reason }) => reason !== null)?.reason ?? null,
  };
}

function nodeWork(node: NodeProto, sizes: Sizes, constants: ReadonlySet<string>): NodeWork {
  const operator = operatorName(node);
  const inputs = [...new Set(node.input)].filter((name) => name !== '');
  const outputs = node.output.filter((name) => name !== '');
  const work = multiplyAddsOf(node, (value) => sizes.values.shapes.get(value));
  const traffic = trafficOf(operator, inputs, outputs, sizes);
  return {
    name: node.name,
    operator,
    multiplyAdds: work.count,
    weightBytes: sizes.total(inputs.filter((name) => constants.has(name))),
    ...traffic,
    reason: reasonFor(node, work, traffic, [...inputs, ...outputs], sizes),
  };
}

type Traffic = Pick<NodeWork, 'bytesRead' | 'bytesWritten'>;

function trafficOf(operator: string, inputs: readonly string[], outputs: readonly string[], sizes: Sizes): Traffic {
  if (repeating.has(operator)) return { bytesRead: null, bytesWritten: null };
  if (moving.has(operator)) return { bytesRead: 0, bytesWritten: 0 };
  const bytesWritten = sizes.total(outputs);
  const others = sizes.total(inputs.slice(1));
  if (shapeOnly.has(operator)) return { bytesRead: others, bytesWritten };
  if (picking.has(operator)) return { bytesRead: sum([bytesWritten, others]), bytesWritten };
  return { bytesRead: sizes.total(inputs), bytesWritten };
}

function reasonFor(
  node: NodeProto,
  work: MultiplyAdds,
  { bytesRead, bytesWritten }: Traffic,
  values: readonly string[],
  sizes: Sizes,
): string | null {
  const name = `${operatorName(node)} "${node.name}"`;
  if (repeating.has(operatorName(node))) return `how often the bodies of ${name} run depends on data`;
  if (work.count === null) return work.reason;
  if (bytesRead !== null && bytesWritten !== null) return null;
  const unknown = values.find((value) => sizes.of(value) === null);
  return `shape or type of "${unknown ?? ''}" at ${name} is not known`;
}

/** Operators whose bodies run as often as data say. */
const repeating = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** Operators that only name the same bytes anew, or whose value is there before the run. */
export const moving: ReadonlySet<string> = new Set([
  'Constant',
  'Dropout',
  'Flatten',
  'Identity',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
]);

/** Operators that look at the shape of their first input and not at its elements. */
const shapeOnly = new Set(['EyeLike', 'RandomNormalLike', 'RandomUniformLike', 'Shape', 'Size']);

/** Operators that take as many elements from their first input as they answer. */
export const picking: ReadonlySet<string> = new Set(['Gather', 'GatherElements', 'GatherND', 'Slice']);

class Sizes {
  readonly values: GraphValues;

  constructor(values: GraphValues) {
    this.values = values;
  }

  of(value: string): number | null {
    return valueBytes(this.values, value);
  }

  total(names: readonly string[]): number | null {
    return sum(names.map((name) => this.of(name)));
  }
}

function sum(parts: readonly (number | null)[]): number | null {
  return parts.reduce((total, part) => (total === null || part === null ? null : total + part), 0);
}
