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
