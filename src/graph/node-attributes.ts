import type { NodeProto } from './onnx_pb.ts';

/** An integer attribute of a node, or `fallback` where it is left out. */
export function integerAttribute(node: NodeProto, name: string, fallback: number): number {
  const value = node.attribute.find((attribute) => attribute.name === name);
  return value === undefined ? fallback : Number(value.i);
}

/** A float attribute of a node, or `fallback` where it is left out. */
export function floatAttribute(node: NodeProto, name: string, fallback: number): number {
  return node.attribute.find((attribute) => attribute.name === name)?.f ?? fallback;
}

/** A list of integers, or null where it is left out. */
export function integersAttribute(node: NodeProto, name: string): number[] | null {
  const value = node.attribute.find((attribute) => attribute.name === name);
  return value === undefined ? null : value.ints.map(Number);
}

/** A text attribute, or `fallback` where it is left out. */
export function textAttribute(node: NodeProto, name: string, fallback: string): string {
  const value = node.attribute.find((attribute) => attribute.name === name);
  return value === undefined ? fallback : Buffer.from(value.s).toString('utf8');
}
