import type { NodeProto } from './onnx_pb.ts';

/**
 * The bounds of a Clip: attributes up to version 10, from then on inputs; infinite where there is none.
 * @param numberOf The number of a constant by its name; null where it is none.
 * @returns null for a bound that is no constant.
 */
export function clipBounds(
  node: NodeProto,
  numberOf: (name: string) => number | null,
): { readonly low: number | null; readonly high: number | null } {
  const bound = (attribute: string, name: string, absent: number): number | null => {
    const given = node.attribute.find((one) => one.name === attribute);
    if (given !== undefined) return given.f;
    return name === '' ? absent : numberOf(name);
  };
  const [, low = '', high = ''] = node.input;
  return {
    low: bound('min', low, Number.NEGATIVE_INFINITY),
    high: bound('max', high, Number.POSITIVE_INFINITY),
  };
}
