import type { NodeProto } from './onnx_pb.ts';

export type Shape = readonly number[];

/** What a rule sees of a node: the shapes of its inputs (null: unknown or left out) and the numbers of those that are known. */
export interface Seen {
  readonly node: NodeProto;
  readonly shapes: readonly (Shape | null)[];
  /** The elements of an input, row-major: of a constant, or of what can be computed from shapes. null: not known, or too many to be a shape. */
  constant(input: number): readonly number[] | null;
}

/** The shape of the node's first output, or null where it cannot be told. */
export type Rule = (seen: Seen) => Shape | null;

/** An axis counted from the front; negative ones count from the end. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Numpy's broadcasting of two shapes: aligned at the end; 1 gives way. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    return left === 1 ? right : left;
  });
}
