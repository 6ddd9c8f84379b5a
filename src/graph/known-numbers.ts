import { cutsOf, placesOf } from './cut-shapes.ts';
import { elementType } from './element-type.ts';
import { integerAttribute } from './node-attributes.ts';
import { axisOf, type Seen } from './shape-rule.ts';
import { readTensor } from './tensor-proto.ts';

type Numbers = readonly number[];

/**
 * The elements of a node's output where they follow from shapes and constants: a vector or a single number, as exporters compute the
 * shape for a Reshape (Shape → Slice → Concat). null: not known.
 */
export function knownNumbers(operator: string, seen: Seen): Numbers | null {
  return rules.get(operator)?.(seen) ?? null;
}

type NumberRule = (seen: Seen) => Numbers | null;

const shape: NumberRule = ({ node, shapes: [input] }) => {
  if (!input) return null;
  return input.slice(integerAttribute(node, 'start', 0), integerAttribute(node, 'end', input.length));
};

const asFirst: NumberRule = ({ constant }) => constant(0);

const concat: NumberRule = ({ node, shapes, constant }) => {
  if (shapes.some((part) => part?.length !== 1)) return null;
  const parts: number[] = [];
  for (const input of node.input.keys()) {
    const part = constant(input);
    if (part === null) return null;
    parts.push(...part);
  }
  return parts;
};

const slice: NumberRule = (seen) => {
  const numbers = seen.constant(0);
  const [cut, ...more] = cutsOf(seen, 1) ?? [];
  if (numbers === null || cut === undefined || more.length > 0 || seen.shapes[0]?.length !== 1) return null;
  return placesOf(numbers.length, cut.start, cut.end, cut.step).map((place) => numbers[place] ?? 0);
};

const gather: NumberRule = ({ shapes: [from], constant }) => {
  const [numbers, places] = [constant(0), constant(1)];
  if (numbers === null || places === null || from?.length !== 1) return null;
  const taken = places.map((place) => numbers[axisOf(place, numbers.length)]);
  return taken.every((value) => value !== undefined) ? taken : null;
};

/** Element by element; a single number goes with all. */
function arithmetic(operate: (a: number, b: number) => number): NumberRule {
  return ({ constant }) => {
    const [a, b] = [constant(0), constant(1)];
    if (a === null || b === null || (a.length !== b.length && a.length !== 1 && b.length !== 1)) return null;
    const length = Math.max(a.length, b.length);
    return Array.from({ length }, (_, index) => operate(a[index % a.length] ?? 0, b[index % b.length] ?? 0));
  };
}

/** What a cast to integers cuts off. */
const cast: NumberRule = ({ node, constant }) => {
  const numbers = constant(0);
  const isInteger = /int/.test(elementType(integerAttribute(node, 'to', 0)).name);
  return numbers !== null && isInteger ? numbers.map(Math.trunc) : numbers;
};

/** Integers are divided without a rest, floats are not: told where both come to the same. */
const divide: NumberRule = (seen) => {
  const quotients = arithmetic((a, b) => a / b)(seen);
  return quotients?.every(Number.isInteger) ? quotients : null;
};

/** `Where(condition, a, b)`, each of the length of the longest or of one element. */
const where: NumberRule = ({ constant }) => {
  const parts = [constant(0), constant(1), constant(2)];
  const length = Math.max(...parts.map((part) => part?.length ?? 0));
  const [condition, a, b] = parts;
  if (!condition || !a || !b || parts.some((part) => part?.length !== 1 && part?.length !== length)) return null;
  const at = (part: Numbers, index: number) => part[index % part.length] ?? 0;
  return Array.from({ length }, (_, index) => at(at(condition, index) === 0 ? b : a, index));
};

/** A vector of one value; longer than a shape can be, it is not made. */
const constantOfShape: NumberRule = ({ node, constant }) => {
  const dims = constant(0);
  const length = dims?.reduce((product, size) => product * size, 1);
  if (length === undefined || !(length >= 0 && length <= 64)) return null;
  const tensor = node.attribute.find(({ name }) => name === 'value')?.t;
  const value = tensor === undefined ? 0 : Number(readTensor(tensor).data[0]);
  return Array.from({ length }, () => value);
};

const rangeNumbers: NumberRule = ({ constant }) => {
  const [[start], [limit], [delta]] = [constant(0) ?? [], constant(1) ?? [], constant(2) ?? []];
  if (start === undefined || limit === undefined || !delta) return null;
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  return length > 64 ? null : Array.from({ length }, (_, index) => start + index * delta);
};

/** All of a vector. */
const product: NumberRule = ({ shapes: [input], constant }) => {
  const numbers = constant(0);
  return numbers && input?.length === 1 ? [numbers.reduce((total, value) => total * value, 1)] : null;
};

const size: NumberRule = ({ shapes: [input] }) => (input ? [input.reduce((total, value) => total * value, 1)] : null);

const rules = new Map<string, NumberRule>([
  ['Shape', shape],
  ['Size', size],
  ['Cast', cast],
  ['Div', divide],
  ['Where', where],
  ['ConstantOfShape', constantOfShape],
  ['Range', rangeNumbers],
  ['ReduceProd', product],
  ['Equal', arithmetic((a, b) => Number(a === b))],
  ['Max', arithmetic(Math.max)],
  ['Min', arithmetic(Math.min)],
  ...'Identity Reshape Squeeze Unsqueeze'.split(' ').map((name): [string, NumberRule] => [name, asFirst]),
  ['Concat', concat],
  ['Slice', slice],
  ['Gather', gather],
  ['Add', arithmetic((a, b) => a + b)],
  ['Sub', arithmetic((a, b) => a - b)],
  ['Mul', arithmetic((a, b) => a * b)],
]);
