import type { NodeProto } from '../onnx_pb.ts';

/** A float attribute of a node, or `fallback` where it is left out. */
export function floatAttribute(node: NodeProto, name: string, fallback: number): number {
  return node.attribute.find((attribute) => attribute.name === name)?.f ?? fallback;
}
