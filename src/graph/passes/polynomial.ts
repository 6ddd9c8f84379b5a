import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import type { Rewrite } from './rewrite.ts';

/** A polynomial in x and t: coefficients by `power of x, power of t`, such as `1,0` for x and `1,1` for x · t. */
export type Polynomial = ReadonlyMap<string, number>;

/** An expression that was read: what it computes, and the nodes between its variables and its result. */
export interface ReadExpression {
  readonly polynomial: Polynomial;
  readonly nodes: ReadonlySet<NodeProto>;
}

/** More nodes or higher powers are no activation function. */
const mostNodes = 12;
const highestPower = 4;

/**
 * What a value computes as a polynomial in the values `x` and `t`, whichever way its sums and products are put together: exporters write the
 * same formula in many orders. Reads Add, Sub, Mul, Neg, Div by a constant and Pow by a small whole constant, with constants of one element
 * that add no dimension to x (`rankOfX`, null where it is not known). null for anything else.
 */
export function readPolynomial(
  value: string,
  variables: { readonly x: string; readonly t: string | null },
  rankOfX: number | null,
  rewrite: Rewrite,
): ReadExpression | null {
  const nodes = new Set<NodeProto>();
  // Remembered, as squares of squares would be read in twice as many ways at each step.
  const known = new Map<string, Polynomial | null>();
  const read = (name: string): Polynomial | null => {
    const polynomial = known.has(name) ? (known.get(name) ?? null) : readNew(name);
    known.set(name, polynomial);
    return polynomial;
  };
  const readNew = (name: string): Polynomial | null => {
    if (name === variables.x) return new Map([['1,0', 1]]);
    if (name === variables.t) return new Map([['0,1', 1]]);
    const scalar = rewrite.scalar(name);
    if (scalar !== null) return scalar.rank <= (rankOfX ?? 0) ? new Map([['0,0', scalar.number]]) : null;
    const node = rewrite.index.producer(name);
    if (node === null || nodes.size >= mostNodes || rewrite.isTouched(node)) return null;
    nodes.add(node);
    const operate = operations.get(operatorName(node));
    const [left, right] = node.input.map((input) => (operate === undefined ? null : read(input)));
    if (operate === undefined || !left || (node.input.length > 1 && !right)) return null;
    return operate(left, right ?? new Map());
  };
  const polynomial = read(value);
  return polynomial === null ? null : { polynomial, nodes };
}

/** Whether two polynomials have the same terms, coefficients to within 1e-3 of each other: exporters round √2 and √(2/π) to few digits. */
export function isClose(actual: Polynomial, expected: Readonly<Record<string, number>>): boolean {
  const terms = [...actual].filter(([, coefficient]) => coefficient !== 0);
  return (
    terms.length === Object.keys(expected).length &&
    terms.every(([term, coefficient]) => {
      const wanted = expected[term];
      return wanted !== undefined && Math.abs(coefficient - wanted) <= 1e-3 * Math.abs(wanted);
    })
  );
}

type Operation = (left: Polynomial, right: Polynomial) => Polynomial | null;

const operations = new Map<string, Operation>([
  ['Add', (left, right) => sum(left, right, 1)],
  ['Sub', (left, right) => sum(left, right, -1)],
  ['Mul', product],
  ['Neg', (value) => sum(new Map(), value, -1)],
  [
    'Div',
    (left, right) => {
      const divisor = constantOf(right);
      return divisor === null || divisor === 0 ? null : product(left, new Map([['0,0', 1 / divisor]]));
    },
  ],
  [
    'Pow',
    (base, exponent) => {
      const power = constantOf(exponent);
      if (power === null || !Number.isInteger(power) || power < 1 || power > highestPower) return null;
      let result: Polynomial | null = base;
      for (let times = 1; times < power && result !== null; times++) result = product(result, base);
      return result;
    },
  ],
]);

function constantOf(polynomial: Polynomial): number | null {
  return polynomial.size === 1 ? (polynomial.get('0,0') ?? null) : null;
}

function sum(left: Polynomial, right: Polynomial, sign: number): Polynomial {
  const total = new Map(left);
  for (const [term, coefficient] of right) total.set(term, (total.get(term) ?? 0) + sign * coefficient);
  return total;
}

function product(left: Polynomial, right: Polynomial): Polynomial | null {
  const result = new Map<string, number>();
  for (const [a, first] of left) {
    for (const [b, second] of right) {
      const [ax = 0, at = 0] = a.split(',').map(Number);
      const [bx = 0, bt = 0] = b.split(',').map(Number);
      if (ax + bx > highestPower || at + bt > 1) return null;
      const term = `${ax + bx},${at + bt}`;
      result.set(term, (result.get(term) ?? 0) + first * second);
    }
  }
  return result;
}
