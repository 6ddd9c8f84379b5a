import type { NodeProto } from './onnx_pb.ts';
import {
  type AttributeProto,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
} from './onnx_pb.ts';
import { createMessage, encodeModelProto } from './onnx-message.ts';
import { operatorName } from './operator-counts.ts';

export interface NodeLabel {
  readonly name: string;
  readonly operator: string;
}

export interface ChangedNode {
  readonly name: string;
  /** Of the second graph. */
  readonly operator: string;
  /** What differs, such as `operator Conv → FusedConv`, `input 2 w → w_1`, `attribute pads`. */
  readonly what: readonly string[];
}

/** Which nodes one of two graphs has and the other has not, and which differ. A node is known by its name, else by the first value that it makes. */
export function diffNodes(a: GraphProto, b: GraphProto) {
  const [inA, inB] = [keyed(a.node), keyed(b.node)];
  const only = (from: ReadonlyMap<string, NodeProto>, other: ReadonlyMap<string, NodeProto>): NodeLabel[] =>
    [...from]
      .filter(([key]) => !other.has(key))
      .map(([, node]) => ({ name: label(node), operator: operatorName(node) }));
  const changed = [...inA].flatMap(([key, before]): ChangedNode[] => {
    const after = inB.get(key);
    if (after === undefined) return [];
    const what = changesOf(before, after);
    return what.length === 0 ? [] : [{ name: label(after), operator: operatorName(after), what }];
  });
  return { onlyA: only(inA, inB), onlyB: only(inB, inA), changed };
}

function keyed(nodes: readonly NodeProto[]): ReadonlyMap<string, NodeProto> {
  const uses = new Map<string, number>();
  for (const { name } of nodes) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map(
    nodes.map((node) => [
      node.name !== '' && uses.get(node.name) === 1 ? `named ${node.name}` : `makes ${firstOutput(node)}`,
      node,
    ]),
  );
}

function label(node: NodeProto): string {
  return node.name === '' ? firstOutput(node) : node.name;
}

function firstOutput({ output }: NodeProto): string {
  return output.find((name) => name !== '') ?? '';
}

function changesOf(before: NodeProto, after: NodeProto): string[] {
  const [from, to] = [operatorName(before), operatorName(after)];
  const attributes = new Map(before.attribute.map((attribute) => [attribute.name, attribute]));
  const others = new Map(after.attribute.map((attribute) => [attribute.name, attribute]));
  return [
    ...(from === to ? [] : [`operator ${from} → ${to}`]),
    ...changedNames('input', before.input, after.input),
    ...changedNames('output', before.output, after.output),
    ...[...new Set([...attributes.keys(), ...others.keys()])]
      .filter((name) => !isSame(attributes.get(name), others.get(name)))
      .map((name) => `attribute ${name}`),
  ];
}

function changedNames(what: string, before: readonly string[], after: readonly string[]): string[] {
  const places = Array.from({ length: Math.max(before.length, after.length) }, (_, place) => place);
  return places
    .filter((place) => (before[place] ?? '') !== (after[place] ?? ''))
    .map((place) => `${what} ${place + 1} ${before[place] || 'none'} → ${after[place] || 'none'}`);
}

function isSame(a: AttributeProto | undefined, b: AttributeProto | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(encoded(a), encoded(b)) === 0;
}

function encoded(attribute: AttributeProto): Uint8Array {
  const node = [createMessage(NodeProtoSchema, { attribute: [attribute] })];
  return encodeModelProto(createMessage(ModelProtoSchema, { graph: createMessage(GraphProtoSchema, { node }) }));
}
