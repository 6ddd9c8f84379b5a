import { withBodies } from '../graph/bodies.ts';
import { makeNode } from '../graph/builder.ts';
import { FreshNames } from '../graph/edit-graph.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import { inferTypes } from '../graph/infer-types.ts';
import { integerAttribute, textAttribute } from '../graph/node-attributes.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../graph/onnx_pb.ts';
import { createMessage, type OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { knownValues } from '../graph/passes/known-values.ts';
import { axisOf } from '../graph/shape-rule.ts';
import { encodeFloats } from '../graph/small-floats.ts';
import { makeTensor } from '../graph/tensor-proto.ts';
import { InputError } from '../kernel/errors.ts';

/** The version of the standard operators that quantisation wants: MaxPool takes 8 bits from 12 on, the QLinear operators began with 10. */
export const opsetForQuantization = 12;

/** The one from which on Cast knows bfloat16. */
export const opsetForBfloat16 = 13;

/** Before version 7, Add and its like had attributes that said how to broadcast. */
const oldestOpset = 7;

/**
 * Brings a model of opset 7 or newer to opset 12 or 13, in place, bodies included, without changing what it computes; one that is as new stays as
 * it is. What was an attribute becomes an input where the operator's definition did so: Slice and the number of TopK (10), Clip and Pad (11), Dropout
 * (12), the axes of Squeeze, Unsqueeze and ReduceSum and the parts of Split (13). Softmax and its like, which took all axes from one on together
 * before 13, do so on a matrix where that axis is not known to be the last.
 * @returns The version before.
 * @throws InputError `OPSET_UNSUPPORTED` for an older model, and for one with an operator whose meaning changed on the way.
 * @see https://github.com/onnx/onnx/blob/main/docs/Changelog.md
 */
export function raiseOpset(
  model: OnnxModel,
  wanted: typeof opsetForQuantization | typeof opsetForBfloat16 = opsetForQuantization,
): number {
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const before = Number(standard?.version ?? wanted);
  if (standard === undefined || before >= wanted) return before;
  const graphs = withBodies(model.graph);
  const refused = refusedNode(graphs, before, wanted);
  if (before < oldestOpset || refused !== null) {
    const what = refused === null ? `opset ${before}` : `${refused.opType} of opset ${before} ("${refused.name}")`;
    throw new InputError(
      'OPSET_UNSUPPORTED',
      `Expected a model of opset ${wanted} or newer, or one that can be raised to it, got ${what}. Export the model with opset 13 or newer.`,
    );
  }
  new Raising(model, wanted).raise(graphs);
  standard.version = BigInt(wanted);
  return before;
}

function refusedNode(graphs: readonly GraphProto[], before: number, wanted: number): NodeProto | null {
  for (const graph of graphs) {
    const index = new GraphIndex(graph);
    const node = graph.node.find((candidate) => changedMeaning(candidate, before, wanted, index));
    if (node !== undefined) return node;
  }
  return null;
}

/** Operators of versions 7 to 12 that mean something else in the version that is wanted, or are no more. */
function changedMeaning(node: NodeProto, opset: number, wanted: number, index: GraphIndex): boolean {
  switch (operatorName(node)) {
    case 'Upsample': // Gone in 10.
    case 'Scatter': // Gone in 11.
      return true;
    case 'Resize': // 11 has other coordinates, and 13 lost one of them.
      return (
        opset < 11 ||
        (wanted >= 13 && textAttribute(node, 'coordinate_transformation_mode', '') === 'tf_half_pixel_for_nn')
      );
    case 'Scan': // 8 had a batch axis of its own.
      return opset < 9;
    case 'BatchNormalization': // 9 lost `spatial`.
      return integerAttribute(node, 'spatial', 1) === 0;
    case 'Dropout': // The mask of floats became one of booleans in 10.
      return opset < 10 && index.uses(node.output[1] ?? '') > 0;
    default:
      return false;
  }
}

class Raising {
  readonly #model: OnnxModel;
  readonly #wanted: number;
  readonly #names: FreshNames;
  readonly #types: ReadonlyMap<string, string>;
  /** Numbers of dimensions of values of the main graph, as they are before anything is changed. */
  readonly #ranks: ReadonlyMap<NodeProto, number | null>;

  constructor(model: OnnxModel, wanted: number) {
    this.#model = model;
    this.#wanted = wanted;
    this.#names = new FreshNames(model.graph);
    this.#types = inferTypes(model);
    const values = knownValues(model);
    const flattening = model.graph.node.filter(flattens);
    this.#ranks = new Map(flattening.map((node) => [node, values.rank(node.input[0] ?? '')]));
  }

  raise(graphs: readonly GraphProto[]): void {
    for (const graph of graphs) {
      for (const node of graph.node) this.#attributesToInputs(node, graph);
      if (this.#wanted >= 13) graph.node = graph.node.flatMap((node) => this.#onMatrix(node));
    }
  }

  /** Moves what later versions have as inputs. An attribute that is there says which version the node is of. */
  #attributesToInputs(node: NodeProto, graph: GraphProto): void {
    const find = (name: string): AttributeProto | undefined =>
      node.attribute.find((attribute) => attribute.name === name);
    const constant = (what: string, make: (name: string) => TensorProto): string => {
      const tensor = make(this.#names.take(`${node.output[0] ?? node.name}_${what}`));
      graph.initializer.push(tensor);
      // Before IR 4 every initialiser had to be an input, too.
      if (this.#model.irVersion < 4n) this.#model.irVersion = 4n;
      return tensor.name;
    };
    const float = (what: string): string => {
      const value = find(what)?.f;
      if (value === undefined) return '';
      const type = this.#types.get(node.input[0] ?? '');
      return constant(what, (name) => floatTensor(name, type, value));
    };
    const integers = (what: string, values: readonly bigint[] | undefined = find(what)?.ints): string => {
      if (values === undefined) return '';
      return constant(what, (name) => makeTensor(name, 'int64', [values.length], BigInt64Array.from(values)));
    };
    const move = (inputs: readonly string[], ...moved: string[]) => {
      node.input = [...node.input.slice(0, 1), ...inputs];
      while (node.input.at(-1) === '') node.input.pop();
      node.attribute = node.attribute.filter(({ name }) => !moved.includes(name));
    };
    switch (operatorName(node)) {
      case 'Slice':
        if (find('starts')) move([integers('starts'), integers('ends'), integers('axes')], 'starts', 'ends', 'axes');
        return;
      case 'TopK': {
        const count = find('k')?.i;
        if (count !== undefined) move([integers('k', [count])], 'k');
        return;
      }
      case 'Clip':
        if (find('min') ?? find('max')) move([float('min'), float('max')], 'min', 'max');
        return;
      case 'Pad':
        if (find('pads')) move([integers('pads'), float('value')], 'pads', 'value');
        return;
      case 'Dropout':
        // How much is dropped says nothing where nothing is: models here only infer.
        if (find('ratio')) move([], 'ratio');
        return;
      case 'BatchNormalization':
        node.attribute = node.attribute.filter(({ name }) => name !== 'spatial');
        return;
      case 'Squeeze':
      case 'Unsqueeze':
      case 'ReduceSum':
        if (this.#wanted >= 13 && find('axes')) move([integers('axes')], 'axes');
        return;
      case 'Split':
        if (this.#wanted >= 13 && find('split')) move([integers('split')], 'split');
    }
  }

  /** Softmax-1 and -11 take the axes from one on as a single one. Along the last axis that is what Softmax-13 does. */
  #onMatrix(node: NodeProto): NodeProto[] {
    if (!flattens(node)) return [node];
    const axis = integerAttribute(node, 'axis', 1);
    const rank = this.#ranks.get(node) ?? null;
    const isLast = axis === -1 || (rank !== null && axisOf(axis, rank) === rank - 1);
    node.attribute = [createMessage(AttributeProtoSchema, { name: 'axis', type: AttributeType.INT, i: -1n })];
    if (isLast) return [node];
    const [input = ''] = node.input;
    const [output = ''] = node.output;
    const name = (what: string) => this.#names.take(`${output}_${what}`);
    const [shape, matrix, made] = [name('shape'), name('matrix'), name('of_matrix')];
    node.input = [matrix];
    node.output = [made];
    return [
      makeNode('Shape', [input], [shape], { name: name('Shape') }),
      makeNode('Flatten', [input], [matrix], { name: name('Flatten'), attributes: { axis } }),
      node,
      makeNode('Reshape', [made, shape], [output], { name: name('Reshape') }),
    ];
  }
}

function flattens(node: NodeProto): boolean {
  return ['Hardmax', 'LogSoftmax', 'Softmax'].includes(operatorName(node));
}

/** What values are cut or padded with has their own type. Of those in bodies it is not known: nearly all are of 32 bits. */
function floatTensor(name: string, type: string | undefined, value: number): TensorProto {
  if (type === 'float16') return makeTensor(name, type, [], encodeFloats(type, Float32Array.of(value)));
  if (type === 'float64') return makeTensor(name, type, [], Float64Array.of(value));
  return makeTensor(name, 'float32', [], Float32Array.of(value));
}
