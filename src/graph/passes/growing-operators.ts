import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { type ConstantTensor, elementCount } from '../tensor-proto.ts';

const growing = /^(ConstantOfShape|EyeLike|Expand|OneHot|Pad|Range|Resize|Tile|Upsample)$/;

/** Whether a node can make far more elements than it is given. */
export function mayGrow(node: NodeProto): boolean {
  return growing.test(operatorName(node));
}

/** How many elements ConstantOfShape, Expand, Range or Tile make of these inputs; null where it cannot be told, and for other operators. */
export function elementsMade(node: NodeProto, inputs: readonly (ConstantTensor | null)[]): number | null {
  const [first, second, third] = inputs;
  switch (operatorName(node)) {
    case 'ConstantOfShape':
      return first ? elementCount(numbersOf(first)) : null;
    case 'Expand':
      return first && second ? elementCount(broadcast(first.dims, numbersOf(second))) : null;
    case 'Tile':
      return first && second ? first.data.length * elementCount(numbersOf(second)) : null;
    case 'Range': {
      const [start, end, step] = [first, second, third].map((input) => Number(input?.data[0] ?? Number.NaN));
      const count = Math.max(0, Math.ceil(((end ?? 0) - (start ?? 0)) / (step ?? 0)));
      return Number.isFinite(count) ? count : null;
    }
    default:
      return null;
  }
}

function numbersOf({ data }: ConstantTensor): number[] {
  return Array.from(data, Number);
}

/** Aligned at the end; 1 gives way. */
function broadcast(left: readonly number[], right: readonly number[]): number[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(left[axis - rank + left.length] ?? 1, right[axis - rank + right.length] ?? 1),
  );
}
