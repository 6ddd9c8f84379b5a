import { elementType } from '../element-type.ts';
import { integerAttribute } from '../node-attributes.ts';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  ValueInfoProtoSchema,
} from '../onnx_pb.ts';
import { createMessage, type OnnxModel } from '../onnx-message.ts';
import { operatorName } from '../operator-counts.ts';
import { type ConstantTensor, elementCount, makeTensor } from '../tensor-proto.ts';
import { isDeterministic } from './deterministic.ts';
import { evaluateSmall, mostElements } from './evaluate-small.ts';
import { elementsMade, mayGrow } from './growing-operators.ts';
import { type PassContext, passOverGraphs } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/** A result of more elements is kept only where a constant that it is made of is as large: the file would fill with copies. */
const mostGrown = 4096;

/** What is larger on the way is not computed at all: two vectors of a file of a megabyte can be added up to a matrix of 64 GB. */
const mostOnTheWay = 2 ** 26;

/**
 * Computes nodes whose inputs are constants, and Shape and Size of values whose shape is static, and keeps the results as constants. Small
 * integer work is done here; with `evaluate`, the rest is run as one piece. What makes an output of the graph stays a node; so does what
 * stores weights in fewer bits (DequantizeLinear, Cast from 16 bits), as folding it would undo the storage, and what makes large tensors
 * of small ones.
 */
export const constantFolding = passOverGraphs(
  'constant-folding',
  'Nodes on constants are computed once and for all.',
  async (rewrite, context) => {
    const folded = new Map<string, ConstantTensor>();
    const left = foldSmall(rewrite, context, folded);
    if (context.evaluate === null || left.length === 0) return;
    const results = await context.evaluate(pieceOf(left, rewrite, context, folded));
    // Elements that the model has to hold for a value: those of the results that are kept, else of what they are made of.
    const held = new Map([...folded].map(([name, { data }]) => [name, data.length]));
    for (const node of left) {
      const most = Math.max(0, ...node.input.map((name) => held.get(name) ?? elementsOf(name, rewrite)));
      const tensors = node.output.flatMap((name) => results.get(name) ?? []);
      const isKept =
        tensors.length === node.output.filter((name) => name !== '').length &&
        tensors.every(({ type, data }) => type !== 'string' && data.length <= Math.max(mostGrown, most));
      for (const { name, data } of tensors) held.set(name, isKept ? data.length : most);
      if (!isKept) continue;
      for (const tensor of tensors) keep(tensor, rewrite);
      rewrite.remove(node);
      rewrite.note(node.name, `${operatorName(node)} on constants was computed by the engine`);
    }
  },
);

/** Folds what `evaluateSmall` can; answers the other nodes on constants, in order. */
function foldSmall(rewrite: Rewrite, context: PassContext, folded: Map<string, ConstantTensor>): NodeProto[] {
  const left: NodeProto[] = [];
  const willBeKnown = new Set<string>();
  for (const node of rewrite.graph.node) {
    if (!isFoldable(node, rewrite)) continue;
    const fromShape = shapeOfStatic(node, context);
    const inputs = node.input.map((name) => (name === '' ? null : smallConstant(name, rewrite, folded)));
    const isSmall = node.input.every((name, place) => name === '' || inputs[place] !== null);
    const result = fromShape ?? (isSmall && node.input.length > 0 ? evaluateSmall(node, inputs) : null);
    if (result !== null) {
      folded.set(result.name, result);
      keep(result, rewrite);
      rewrite.remove(node);
      rewrite.note(node.name, `${operatorName(node)} on constants is computed`);
    } else if (node.input.every((name) => name === '' || willBeKnown.has(name) || isConstant(name, rewrite, folded))) {
      if (mayGrow(node) && (elementsMade(node, inputs) ?? Number.POSITIVE_INFINITY) > mostGrown) continue;
      if (isHuge(node, context)) continue;
      left.push(node);
      for (const name of node.output) willBeKnown.add(name);
    }
  }
  return left;
}

/** Whether a node makes far more than it is given, as far as shapes are known. */
function isHuge({ input, output }: NodeProto, { values }: PassContext): boolean {
  const elements = (name: string) => elementCount(values.shape(name) ?? [0]);
  return Math.max(0, ...output.map(elements)) > Math.max(mostOnTheWay, ...input.map(elements));
}

function isFoldable(node: NodeProto, rewrite: Rewrite): boolean {
  const operator = operatorName(node);
  // Constants that could become initialisers have done so; sequences and optionals are no tensors.
  if (
    !isDeterministic(node) ||
    /^(Constant|DequantizeLinear|Sequence\w+|Split\w*ToSequence|Optional\w*|String\w+)$/.test(operator)
  )
    return false;
  if (operator === 'Cast' && isStorage(node, rewrite)) return false;
  return node.output.length > 0 && !node.output.some((name) => rewrite.index.isGraphOutput(name));
}

function isStorage(node: NodeProto, rewrite: Rewrite): boolean {
  const from = rewrite.constantType(node.input[0] ?? '') ?? '';
  return /^b?float(16|8|4)/.test(from) && elementType(integerAttribute(node, 'to', 0)).name.startsWith('float');
}

/** The output of Shape or Size of a value whose shape never changes, constant or not. */
function shapeOfStatic(node: NodeProto, { values }: PassContext): ConstantTensor | null {
  const operator = operatorName(node);
  if (operator !== 'Shape' && operator !== 'Size') return null;
  const shape = values.shape(node.input[0] ?? '');
  if (shape === null) return null;
  const name = node.output[0] ?? '';
  if (operator === 'Size')
    return { name, type: 'int64', dims: [], data: BigInt64Array.of(BigInt(elementCount(shape))) };
  const sizes = shape.slice(integerAttribute(node, 'start', 0), integerAttribute(node, 'end', shape.length));
  return { name, type: 'int64', dims: [sizes.length], data: BigInt64Array.from(sizes, BigInt) };
}

/** A constant that is worth reading here; larger ones are for the engine. */
function smallConstant(
  name: string,
  rewrite: Rewrite,
  folded: ReadonlyMap<string, ConstantTensor>,
): ConstantTensor | null {
  const tensor = rewrite.constantTensor(name);
  if (tensor === null) return folded.get(name) ?? null;
  return elementsOf(name, rewrite) <= mostElements ? rewrite.constant(name) : null;
}

function isConstant(name: string, rewrite: Rewrite, folded: ReadonlyMap<string, ConstantTensor>): boolean {
  return folded.has(name) || rewrite.isReadable(name);
}

function elementsOf(name: string, rewrite: Rewrite): number {
  return elementCount(rewrite.constantTensor(name)?.dims.map(Number) ?? [0]);
}

/** A model without inputs that computes all outputs of the nodes. */
function pieceOf(
  nodes: readonly NodeProto[],
  rewrite: Rewrite,
  { model }: PassContext,
  folded: ReadonlyMap<string, ConstantTensor>,
): OnnxModel {
  const made = new Set(nodes.flatMap(({ output }) => output).filter((name) => name !== ''));
  const needed = new Set(nodes.flatMap(({ input }) => input).filter((name) => name !== '' && !made.has(name)));
  const initializer = [...needed].flatMap((name): TensorProto[] => {
    const tensor = folded.get(name);
    const constant = tensor ?? rewrite.constant(name);
    return constant === null ? [] : [makeTensor(name, constant.type, constant.dims, constant.data)];
  });
  const graph = createMessage(GraphProtoSchema, {
    name: 'constants',
    node: [...nodes],
    initializer,
    output: [...made].map((name) => createMessage(ValueInfoProtoSchema, { name })),
  });
  const { irVersion, opsetImport } = model;
  return createMessage(ModelProtoSchema, { irVersion, opsetImport, graph }) as OnnxModel;
}

function keep({ name, type, dims, data }: ConstantTensor, rewrite: Rewrite): void {
  rewrite.addConstant(makeTensor(name, type, dims, data));
}
