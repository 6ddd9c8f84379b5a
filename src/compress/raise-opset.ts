import { withBodies } from '../graph/bodies.ts';
import { FreshNames } from '../graph/edit-graph.ts';
import type { AttributeProto, GraphProto, NodeProto, TensorProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { makeTensor } from '../graph/tensor-proto.ts';
import { InputError } from '../kernel/errors.ts';

/** The version of the standard operators that quantisation wants: MaxPool takes 8 bits from 12 on, the QLinear operators began with 10. */
export const opsetForQuantization = 12;

/** Before version 7, Add and its like had attributes that said how to broadcast. */
const oldestOpset = 7;

/**
 * Brings a model of opset 7 to 11 to opset 12, in place, bodies included, without changing what it computes; a newer one stays as it is.
 * What was an attribute becomes an input where the operator's definition did so: Slice (10), Clip and Pad (11), Dropout (12).
 * @returns The version before.
 * @throws InputError `OPSET_UNSUPPORTED` for an older model, and for one with an operator whose meaning changed on the way.
 * @see https://github.com/onnx/onnx/blob/main/docs/Changelog.md
 */
export function raiseOpset(model: OnnxModel): number {
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const before = Number(standard?.version ?? opsetForQuantization);
  if (standard === undefined || before >= opsetForQuantization) return before;
  const graphs = withBodies(model.graph);
  const refused = graphs.flatMap(({ node }) => node).find((node) => changedMeaning(node, before));
  if (before < oldestOpset || refused !== undefined) {
    const what = refused === undefined ? `opset ${before}` : `${refused.opType} of opset ${before} ("${refused.name}")`;
    throw new InputError(
      'OPSET_UNSUPPORTED',
      `Expected a model of opset ${opsetForQuantization} or newer, or one that can be raised to it, got ${what}. Export the model with opset 13 or newer.`,
    );
  }
  const names = new FreshNames(model.graph);
  for (const graph of graphs) for (const node of graph.node) attributesToInputs(node, graph, names);
  standard.version = BigInt(opsetForQuantization);
  return before;
}

/** Operators of versions 7 to 11 that mean something else in version 12, or are no more. */
function changedMeaning(node: NodeProto, opset: number): boolean {
  switch (operatorName(node)) {
    case 'Upsample': // Gone in 10.
    case 'Scatter': // Gone in 11.
      return true;
    case 'Resize': // 11 has other coordinates.
      return opset < 11;
    case 'TopK': // The number became an input in 10.
      return opset < 10;
    case 'Scan': // 8 had a batch axis of its own.
      return opset < 9;
    case 'BatchNormalization': // 9 lost `spatial`.
      return node.attribute.some(({ name, i }) => name === 'spatial' && i === 0n);
    default:
      return false;
  }
}

/** Moves what later versions have as inputs. An attribute that is there says which version the node is of. */
function attributesToInputs(node: NodeProto, graph: GraphProto, names: FreshNames): void {
  const find = (name: string): AttributeProto | undefined =>
    node.attribute.find((attribute) => attribute.name === name);
  const constant = (what: string, make: (name: string) => TensorProto): string => {
    const tensor = make(names.take(`${node.output[0] ?? node.name}_${what}`));
    graph.initializer.push(tensor);
    return tensor.name;
  };
  const float = (what: string): string => {
    const value = find(what)?.f;
    return value === undefined ? '' : constant(what, (name) => makeTensor(name, 'float32', [], Float32Array.of(value)));
  };
  const integers = (what: string): string => {
    const values = find(what)?.ints;
    if (values === undefined) return '';
    return constant(what, (name) => makeTensor(name, 'int64', [values.length], BigInt64Array.from(values)));
  };
  const operator = operatorName(node);
  const move = (inputs: readonly string[], ...moved: string[]) => {
    node.input = [...node.input.slice(0, 1), ...inputs];
    while (node.input.at(-1) === '') node.input.pop();
    node.attribute = node.attribute.filter(({ name }) => !moved.includes(name));
  };
  if (operator === 'Slice' && find('starts') !== undefined) {
    move([integers('starts'), integers('ends'), integers('axes')], 'starts', 'ends', 'axes');
  } else if (operator === 'Clip' && (find('min') ?? find('max')) !== undefined) {
    move([float('min'), float('max')], 'min', 'max');
  } else if (operator === 'Pad' && find('pads') !== undefined) {
    move([integers('pads'), float('value')], 'pads', 'value');
  } else if (operator === 'Dropout') {
    // How much is dropped says nothing where nothing is: models here only infer.
    move([], 'ratio');
  }
}
