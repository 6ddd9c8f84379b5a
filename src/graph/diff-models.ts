import { type ChangedConstant, diffConstants, type ModelInFolder } from './diff-constants.ts';
import { type ChangedNode, diffNodes, type NodeLabel } from './diff-nodes.ts';
import { modelContent } from './model-content.ts';
import { type ModelValue, modelInputs, modelOutputs } from './model-values.ts';
import { GraphProtoSchema, ModelProtoSchema } from './onnx_pb.ts';
import { createMessage, encodeModelProto, type OnnxModel } from './onnx-message.ts';
import { operatorCounts } from './operator-counts.ts';

/** Something that both models have, or one of them: null where it is not there. */
export interface Difference<T> {
  readonly name: string;
  readonly a: T | null;
  readonly b: T | null;
}

/** In what two models differ. Lists hold differences only. */
export interface ModelDiff {
  /** Whether they are the same in everything, metadata included; data may lie in the file or beside it. */
  readonly identical: boolean;
  /** Who made it, versions of the format and of the operators by domain. */
  readonly versions: readonly Difference<string>[];
  readonly metadata: readonly Difference<string>[];
  readonly inputs: readonly Difference<string>[];
  readonly outputs: readonly Difference<string>[];
  /** How often an operator stands in each, bodies included. */
  readonly operators: readonly Difference<number>[];
  /** Of the main graph, by name; those without one, or with one that is not theirs alone, by the value they make first. */
  readonly nodes: {
    readonly onlyA: readonly NodeLabel[];
    readonly onlyB: readonly NodeLabel[];
    readonly changed: readonly ChangedNode[];
  };
  /** Initialisers of the main graph, by name; described as `float32 [64, 3, 7, 7]`. */
  readonly constants: {
    readonly onlyA: readonly { readonly name: string; readonly what: string }[];
    readonly onlyB: readonly { readonly name: string; readonly what: string }[];
    readonly changed: readonly ChangedConstant[];
  };
  /** What else differs, in words, such as `order of the nodes`. */
  readonly other: readonly string[];
}

/**
 * Compares what stands in two models; nothing is run.
 * @throws InputError `EXTERNAL_DATA`, `TENSOR_INVALID` when data cannot be read.
 */
export function diffModels(a: ModelInFolder, b: ModelInFolder): ModelDiff {
  const metadataOf = ({ metadataProps }: OnnxModel) => metadataProps.map(({ key, value }) => [key, value] as const);
  const found = {
    versions: differences(versionsOf(a.model), versionsOf(b.model)),
    metadata: differences(metadataOf(a.model), metadataOf(b.model)),
    inputs: differences(described(modelInputs(a.model)), described(modelInputs(b.model))),
    outputs: differences(described(modelOutputs(a.model)), described(modelOutputs(b.model))),
    operators: differences(Object.entries(operatorCounts(a.model)), Object.entries(operatorCounts(b.model))),
    nodes: diffNodes(a.model.graph, b.model.graph),
    constants: diffConstants(a, b),
  };
  const { nodes, constants, ...lists } = found;
  const other = otherDifferences(a.model, b.model);
  const sizes = [lists, nodes, constants].flatMap((part) => Object.values(part).map(({ length }) => length));
  const isSame = [...sizes, other.length].every((size) => size === 0);
  // What is in no list, such as texts for people, is in the hash.
  const identical = isSame && modelContent(a.model, a.folder).sha256 === modelContent(b.model, b.folder).sha256;
  return { identical, ...found, other: isSame && !identical ? ['texts and notes that change no answer'] : other };
}

/** The entries that are not the same in both, in the order of the first, then of the second. */
function differences<T>(
  a: readonly (readonly [string, T])[],
  b: readonly (readonly [string, T])[],
): readonly Difference<T>[] {
  const [inA, inB] = [new Map(a), new Map(b)];
  return [...new Set([...inA.keys(), ...inB.keys()])]
    .filter((name) => inA.get(name) !== inB.get(name))
    .map((name) => ({ name, a: inA.get(name) ?? null, b: inB.get(name) ?? null }));
}

function versionsOf(model: OnnxModel): [string, string][] {
  const made = [model.producerName, model.producerVersion].filter((part) => part !== '').join(' ');
  return [
    ['producer', made],
    ['IR version', String(model.irVersion)],
    ...model.opsetImport.map(({ domain, version }): [string, string] => [
      `opset ${domain === '' ? 'ai.onnx' : domain}`,
      String(version),
    ]),
  ];
}

function described(values: readonly ModelValue[]): [string, string][] {
  return values.map(({ name, type, shape }) => [
    name,
    `${type} ${shape === null ? 'of any shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`}`,
  ]);
}

/** Parts of a model that are compared as a whole. */
function otherDifferences(a: OnnxModel, b: OnnxModel): string[] {
  const parts: readonly (readonly [string, (model: OnnxModel) => Uint8Array])[] = [
    ['functions', ({ functions }) => encodeModelProto(createMessage(ModelProtoSchema, { functions }))],
    [
      'sparse constants',
      ({ graph: { sparseInitializer } }) => encodedGraph(createMessage(GraphProtoSchema, { sparseInitializer })),
    ],
    [
      'notes of types and shapes inside of the graph (value_info)',
      ({ graph: { valueInfo } }) => encodedGraph(createMessage(GraphProtoSchema, { valueInfo })),
    ],
    ['weights that are listed as inputs', ({ graph }) => Buffer.from(String(graph.input.map(({ name }) => name)))],
    ['order of the nodes', ({ graph }) => Buffer.from(String(orderOf(graph, [a, b])))],
  ];
  return parts.filter(([, bytes]) => Buffer.compare(bytes(a), bytes(b)) !== 0).map(([name]) => name);
}

function encodedGraph(graph: OnnxModel['graph']): Uint8Array {
  return encodeModelProto(createMessage(ModelProtoSchema, { graph }));
}

/** The first outputs of the nodes in their order, of those that both graphs have. */
function orderOf({ node }: OnnxModel['graph'], models: readonly OnnxModel[]): string[] {
  const made = models.map(({ graph }) => new Set(graph.node.map(({ output }) => output[0])));
  return node.map(({ output }) => output[0] ?? '').filter((name) => made.every((names) => names.has(name)));
}
