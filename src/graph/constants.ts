import type { GraphProto, TensorProto } from './onnx_pb.ts';

/** All constants of a graph by name: initialisers and the values of Constant nodes (where old exports keep their weights). */
export function constantTensors(graph: GraphProto): Map<string, TensorProto> {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    const [output] = node.output;
    const value = node.attribute.find(({ name }) => name === 'value')?.t;
    if (node.opType === 'Constant' && output !== undefined && value !== undefined) constants.set(output, value);
  }
  return constants;
}
