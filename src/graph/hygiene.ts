import { withBodies } from './bodies.ts';
import { sortNodes } from './edit-graph.ts';
import type { AttributeProto, GraphProto, NodeProto, TensorProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';
import { makeTensor } from './tensor-proto.ts';

/** What `cleanGraph` changed; all 0 for a graph that was clean. */
export interface HygieneReport {
  /** Weights that were listed as inputs, too. */
  readonly inputsRemoved: number;
  /** Constant nodes that became initialisers. */
  readonly constantsLifted: number;
  /** Nodes without a name or with that of another. */
  readonly nodesNamed: number;
  /** Nodes that stood behind one that uses their output. */
  readonly nodesMoved: number;
  /** Versions of the operators by domain, `''` for the standard ones. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: { readonly before: number; readonly after: number };
}

/** Before ONNX IR 4 an initialiser had to be an input, too. What was added since takes nothing away that a model of IR 3 could have. */
const irWithoutWeightsAsInputs = 4n;

/**
 * Brings a model, bodies of If, Loop and Scan included, into the form in which engines optimise best, without changing what it computes:
 *
 * - weights that are listed as inputs are so no longer. As inputs they could be overridden, which forbids an engine to fold them:
 *   a normalisation then stays beside its convolution;
 * - the values of Constant nodes become initialisers, where tools look for weights;
 * - every node has a name of its own, so that profiles can tell nodes apart;
 * - a node stands behind those whose outputs it uses; nodes that do already keep their order.
 *
 * The model is changed in place. Constants that are strings, sparse, or directly an output of the graph stay nodes.
 * @throws InputError `MODEL_INVALID` when nodes use each other's outputs in a circle.
 */
export function cleanGraph(model: OnnxModel): HygieneReport {
  const before = Number(model.irVersion);
  const graphs = withBodies(model.graph);
  const inputsRemoved = sum(graphs, stripInitializersFromInputs);
  const constantsLifted = sum(graphs, liftConstants);
  // Only where there are weights beside the inputs now is the newer form needed; an older one is left to say what it is.
  const needsNewer = inputsRemoved + constantsLifted > 0;
  if (needsNewer && model.irVersion < irWithoutWeightsAsInputs) model.irVersion = irWithoutWeightsAsInputs;
  const nodesMoved = sum(graphs, sortNodes);
  return {
    inputsRemoved,
    constantsLifted,
    nodesNamed: nameNodes(graphs),
    nodesMoved,
    opsets: Object.fromEntries(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])),
    irVersion: { before, after: Number(model.irVersion) },
  };
}

/** Whether the graph was as it should be. */
export function wasClean({ inputsRemoved, constantsLifted, nodesNamed, nodesMoved }: HygieneReport): boolean {
  return inputsRemoved + constantsLifted + nodesNamed + nodesMoved === 0;
}

function stripInitializersFromInputs(graph: GraphProto): number {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const fed = graph.input.filter(({ name }) => !weights.has(name));
  const removed = graph.input.length - fed.length;
  graph.input = fed;
  return removed;
}

function liftConstants(graph: GraphProto): number {
  const outputs = new Set(graph.output.map(({ name }) => name));
  const lifted = new Set<NodeProto>();
  for (const node of graph.node) {
    const [output] = node.output;
    if (operatorName(node) !== 'Constant' || output === undefined || outputs.has(output)) continue;
    const tensor = constantValue(output, node.attribute);
    if (tensor === null) continue;
    graph.initializer.push(tensor);
    lifted.add(node);
  }
  graph.node = graph.node.filter((node) => !lifted.has(node));
  return lifted.size;
}

/** The tensor that a Constant node makes, under the name of its output; null for strings and sparse tensors. Constant-13 of ONNX. */
function constantValue(name: string, attributes: readonly AttributeProto[]): TensorProto | null {
  const [attribute] = attributes;
  switch (attribute?.name) {
    case 'value':
      if (attribute.t !== undefined) attribute.t.name = name;
      return attribute.t ?? null;
    case 'value_float':
      return makeTensor(name, 'float32', [], Float32Array.of(attribute.f));
    case 'value_floats':
      return makeTensor(name, 'float32', [attribute.floats.length], Float32Array.from(attribute.floats));
    case 'value_int':
      return makeTensor(name, 'int64', [], BigInt64Array.of(attribute.i));
    case 'value_ints':
      return makeTensor(name, 'int64', [attribute.ints.length], BigInt64Array.from(attribute.ints));
    default:
      return null;
  }
}

/** Gives a name to nodes that have none or one that stood before: the operator and the first output, which is unique in its graph. */
function nameNodes(graphs: readonly GraphProto[]): number {
  const nodes = graphs.flatMap(({ node }) => node);
  const given = new Set(nodes.map(({ name }) => name));
  const seen = new Set<string>();
  let named = 0;
  for (const node of nodes) {
    if (node.name === '' || seen.has(node.name)) {
      node.name = freeName(`${node.opType}_${node.output.find((output) => output !== '') ?? 'nothing'}`, given);
      given.add(node.name);
      named++;
    }
    seen.add(node.name);
  }
  return named;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  return name;
}

function sum(graphs: readonly GraphProto[], change: (graph: GraphProto) => number): number {
  return graphs.reduce((total, graph) => total + change(graph), 0);
}
