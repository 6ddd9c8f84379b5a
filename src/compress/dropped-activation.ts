import type { GraphIndex } from '../graph/graph-index.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { constantFloats } from './quantizable-weight.ts';

/**
 * Whether a node is an activation function that storing its output in 8 bits does already: Relu, and Clip with constant bounds around 0.
 * The stored range ends where the function cuts off, and saturates there: a node in front of it whose output is stored with this
 * range gives the same numbers without it. A Clip whose bounds leave out 0 is none, for the stored range has to hold 0.
 */
export function isDroppedByQuantization(node: NodeProto, index: GraphIndex): boolean {
  const operator = operatorName(node);
  if (operator === 'Relu') return true;
  if (operator !== 'Clip') return false;
  const low = bound(node, index, 1, 'min', Number.NEGATIVE_INFINITY);
  const high = bound(node, index, 2, 'max', Number.POSITIVE_INFINITY);
  return low !== null && high !== null && low <= 0 && high >= 0;
}

/** A bound of Clip: an attribute up to version 10, from then on an input. null: not constant. */
function bound(node: NodeProto, index: GraphIndex, input: number, attribute: string, absent: number): number | null {
  const given = node.attribute.find(({ name }) => name === attribute);
  if (given !== undefined) return given.f;
  const name = node.input[input] ?? '';
  return name === '' ? absent : (constantFloats(index, name)?.values[0] ?? null);
}
