import { dataTypeOf, elementType } from '../element-type.ts';
import { integerAttribute, integersAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { axisOf } from '../shape-rule.ts';
import { type ConstantTensor, elementCount, type TensorValues } from '../tensor-proto.ts';

/** Longer than any shape: what is longer is left to an engine. */
export const mostElements = 1024;

/**
 * Computes the first output of a node on constants, for the operators with which exporters put shapes together: Add, Sub, Mul, Div, Cast,
 * Concat, Gather, Identity, Reshape, Shape, Slice, Squeeze, Unsqueeze. Exactly as ONNX defines them, for integers with their overflow and for
 * 32-bit floats with their rounding. null for anything else: other operators and types, large tensors, a division of integers by 0.
 * @param inputs The constants; null for an input that is left out.
 */
export function evaluateSmall(node: NodeProto, inputs: readonly (ConstantTensor | null)[]): ConstantTensor | null {
  if (inputs.some((input) => input !== null && input.data.length > mostElements)) return null;
  const result = rules.get(operatorName(node))?.(node, inputs) ?? null;
  const [name = ''] = node.output;
  return result === null || result.data.length > mostElements ? null : { ...result, name };
}

type Result = Omit<ConstantTensor, 'name'> | null;
type Rule = (node: NodeProto, inputs: readonly (ConstantTensor | null)[]) => Result;

const same: Rule = (_node, [value]) => value ?? null;

const shape: Rule = (node, [value]) => {
  if (!value) return null;
  const rank = value.dims.length;
  const sizes = value.dims.slice(integerAttribute(node, 'start', 0), integerAttribute(node, 'end', rank));
  return { type: 'int64', dims: [sizes.length], data: BigInt64Array.from(sizes, BigInt) };
};

const reshape: Rule = (node, [value, wanted]) => {
  if (!value || wanted?.type !== 'int64') return null;
  const copiesZero = integerAttribute(node, 'allowzero', 0) === 0;
  const sizes = integersOf(wanted) ?? [];
  const dims = sizes.map((size, axis) => (size === 0 && copiesZero ? (value.dims[axis] ?? 0) : size));
  const open = dims.indexOf(-1);
  const others = elementCount(dims.filter((size) => size !== -1));
  if (open >= 0 && others > 0) dims[open] = value.data.length / others;
  return reshaped(value, dims);
};

/** Axes are an attribute up to version 12, then an input. */
const unsqueeze: Rule = (node, [value, axesInput]) => {
  const axes = integersAttribute(node, 'axes') ?? integersOf(axesInput);
  if (!value || axes === null) return null;
  const rank = value.dims.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const kept = value.dims.values();
  return reshaped(
    value,
    Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (kept.next().value ?? 0))),
  );
};

const squeeze: Rule = (node, [value, axesInput]) => {
  if (!value) return null;
  const axes = integersAttribute(node, 'axes') ?? integersOf(axesInput);
  const gone = new Set(axes?.map((axis) => axisOf(axis, value.dims.length)));
  return reshaped(
    value,
    value.dims.filter((size, axis) => (axes === null ? size !== 1 : !gone.has(axis))),
  );
};

/** Along axis 0, which is the one of a vector. */
const gather: Rule = (node, [value, indices]) => {
  const places = integersOf(indices);
  if (!value || !indices || places === null || integerAttribute(node, 'axis', 0) !== 0) return null;
  const [length = 0, ...rest] = value.dims;
  const size = elementCount(rest);
  const wanted = places.map((place) => axisOf(place, length));
  if (value.dims.length === 0 || wanted.some((place) => place < 0 || place >= length)) return null;
  const order = wanted.flatMap((place) => Array.from({ length: size }, (_, offset) => place * size + offset));
  return { type: value.type, dims: [...indices.dims, ...rest], data: taken(value.data, order) };
};

/** Of vectors. Slice-10 has the bounds as inputs. */
const slice: Rule = (node, [value, startsInput, endsInput, axesInput, stepsInput]) => {
  const starts = integersAttribute(node, 'starts') ?? integersOf(startsInput);
  const ends = integersAttribute(node, 'ends') ?? integersOf(endsInput);
  const axes = integersAttribute(node, 'axes') ?? integersOf(axesInput);
  const steps = integersOf(stepsInput) ?? [1];
  if (value?.dims.length !== 1 || starts?.length !== 1 || ends?.length !== 1 || steps[0] !== 1) return null;
  if (axes !== null && axisOf(axes[0] ?? 0, 1) !== 0) return null;
  const { length } = value.data;
  const bound = (place = 0) => Math.min(length, Math.max(0, place < 0 ? place + length : place));
  const [first, last] = [bound(starts[0]), bound(ends[0])];
  const order = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset);
  return { type: value.type, dims: [order.length], data: taken(value.data, order) };
};

/** Of vectors. */
const concat: Rule = (_node, inputs) => {
  const parts = inputs.filter((part) => part !== null);
  const [first] = parts;
  if (first === undefined || parts.length < inputs.length) return null;
  if (parts.some(({ dims, type }) => dims.length !== 1 || type !== first.type)) return null;
  const elements = parts.flatMap(({ data }): (number | bigint)[] => Array.from<number | bigint>(data));
  return made(first.type, [elements.length], elements);
};

const cast: Rule = (node, [value]) => {
  const type = elementType(integerAttribute(node, 'to', 0)).name;
  if (!value || !isComputed(value.type) || !isComputed(type)) return null;
  const elements = Array.from<number | bigint>(value.data);
  // What a float outside of the range of integers becomes is not defined; a large integer would be rounded twice on its way to a float.
  const isWhole = type !== 'float32' || value.type !== 'float32';
  if (isWhole && elements.some((element) => !Number.isSafeInteger(Math.trunc(Number(element))))) return null;
  if (type === 'int32' && elements.some((element) => Math.abs(Number(element)) >= 2 ** 31)) return null;
  const cut = (element: number | bigint) =>
    typeof element === 'number' && type !== 'float32' ? Math.trunc(element) : element;
  return made(type, value.dims, elements.map(cut));
};

/** Element by element, with a broadcasting that repeats single elements only. */
function arithmetic(integers: (a: bigint, b: bigint) => bigint | null, floats: (a: number, b: number) => number): Rule {
  return (_node, [left, right]) => {
    if (!left || !right || left.type !== right.type || !isComputed(left.type)) return null;
    const [a, b] = [left.data, right.data];
    const isSingle = {
      left: a.length === 1 && left.dims.length <= right.dims.length,
      right: b.length === 1 && right.dims.length <= left.dims.length,
    };
    if (String(left.dims) !== String(right.dims) && !isSingle.left && !isSingle.right) return null;
    const dims = isSingle.right ? left.dims : right.dims;
    const elements: (number | bigint)[] = [];
    for (let index = 0; index < elementCount(dims); index++) {
      const [x = 0, y = 0] = [a[index % a.length], b[index % b.length]];
      const element = left.type === 'float32' ? floats(Number(x), Number(y)) : integers(BigInt(x), BigInt(y));
      if (element === null) return null;
      elements.push(element);
    }
    return made(left.type, dims, elements);
  };
}

const rules = new Map<string, Rule>([
  ['Identity', same],
  ['Shape', shape],
  ['Reshape', reshape],
  ['Unsqueeze', unsqueeze],
  ['Squeeze', squeeze],
  ['Gather', gather],
  ['Slice', slice],
  ['Concat', concat],
  ['Cast', cast],
  [
    'Add',
    arithmetic(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    'Sub',
    arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  [
    'Mul',
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  // Of integers, towards 0.
  [
    'Div',
    arithmetic(
      (a, b) => (b === 0n ? null : a / b),
      (a, b) => a / b,
    ),
  ],
]);

function isComputed(type: string): boolean {
  return type === 'int64' || type === 'int32' || type === 'float32';
}

/** A tensor of the elements: assigning to the typed array wraps integers around and rounds floats, as the types do. */
function made(type: string, dims: readonly number[], elements: readonly (number | bigint)[]): Result {
  const { storage } = elementType(dataTypeOf(type));
  if (storage === null) return null;
  if (type === 'int64') return { type, dims, data: BigInt64Array.from(elements, BigInt) };
  if (type === 'int32')
    return { type, dims, data: Int32Array.from(elements, (element) => Number(BigInt.asIntN(32, BigInt(element)))) };
  return type === 'float32' ? { type, dims, data: Float32Array.from(elements, Number) } : null;
}

function reshaped({ type, data }: ConstantTensor, dims: readonly number[]): Result {
  return dims.every((size) => Number.isInteger(size) && size >= 0) && elementCount(dims) === data.length
    ? { type, dims, data }
    : null;
}

function taken(data: TensorValues, order: readonly number[]): TensorValues {
  const copy = data.slice(0, 0).constructor as unknown as new (length: number) => TensorValues;
  const result = new copy(order.length);
  for (const [place, from] of order.entries()) result[place] = data[from] ?? 0;
  return result;
}

function integersOf(tensor: ConstantTensor | null | undefined): number[] | null {
  return tensor && /^int(32|64)$/.test(tensor.type) ? Array.from(tensor.data, Number) : null;
}
