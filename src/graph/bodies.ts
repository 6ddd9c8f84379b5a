import type { GraphProto, NodeProto } from './onnx_pb.ts';

/** The graph and the bodies of its If, Loop and Scan nodes, at any depth. */
export function withBodies(graph: GraphProto): GraphProto[] {
  return [graph, ...graph.node.flatMap(bodiesOf).flatMap(withBodies)];
}

/** The graphs that a node holds itself. */
export function bodiesOf({ attribute }: NodeProto): GraphProto[] {
  return attribute.flatMap(({ g, graphs }) => (g === undefined ? graphs : [g]));
}

/** The values that a graph makes itself, in no order: inputs, constants and outputs of its nodes; those of bodies inside of it are not among them. */
export function ownValues({ input, initializer, sparseInitializer, node }: GraphProto): Set<string> {
  const own = new Set<string>();
  for (const { name } of input) own.add(name);
  for (const { name } of initializer) own.add(name);
  for (const { values } of sparseInitializer) own.add(values?.name ?? '');
  for (const { output } of node) for (const name of output) own.add(name);
  own.delete('');
  return own;
}

/**
 * The values that the bodies of a node take from the graphs around them, once for each place that uses one. A name that a body makes
 * itself hides the outer one; an outer value may be handed on as an output of the body without a node of its own.
 */
export function outerUses(node: NodeProto): string[] {
  return bodiesOf(node).flatMap((body) => {
    const own = ownValues(body);
    const used = body.node.flatMap((inner) => [...inner.input, ...outerUses(inner)]);
    for (const { name } of body.output) used.push(name);
    return used.filter((name) => name !== '' && !own.has(name));
  });
}
