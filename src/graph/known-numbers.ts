import { cutsOf, placesOf } from './cut-shapes.ts';
import { integerAttribute } from './node-attributes.ts';
import { axisOf, type Seen } from './shape-rule.ts';

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

const rules = new Map<string, NumberRule>([
  ['Shape', shape],
  // Of numbers that are sizes, a cast changes nothing.
  ...'Cast Identity Reshape Squeeze Unsqueeze'.split(' ').map((name): [string, NumberRule] => [name, asFirst]),
  ['Concat', concat],
  ['Slice', slice],
  ['Gather', gather],
  ['Add', arithmetic((a, b) => a + b)],
  ['Sub', arithmetic((a, b) => a - b)],
  ['Mul', arithmetic((a, b) => a * b)],
]);
