import { clipBounds } from '../graph/clip-bounds.ts';
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
  const { low, high } = clipBounds(node, (name) => constantFloats(index, name)?.values[0] ?? null);
  return low !== null && high !== null && low <= 0 && high >= 0;
}
