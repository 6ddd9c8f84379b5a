import type { GraphProto, NodeProto } from './onnx_pb.ts';

/** The graph and the bodies of its If, Loop and Scan nodes, at any depth. */
export function withBodies(graph: GraphProto): GraphProto[] {
  return [graph, ...graph.node.flatMap(bodiesOf).flatMap(withBodies)];
}

/** The graphs that a node holds itself. */
export function bodiesOf({ attribute }: NodeProto): GraphProto[] {
  return attribute.flatMap(({ g, graphs }) => (g === undefined ? graphs : [g]));
}
