import type { TensorProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';

/** All constants of the main graph by name: initialisers and the values of Constant nodes (where old exports keep their weights). */
export function constantTensors(model: OnnxModel): Map<string, TensorProto> {
  const constants = new Map(model.graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of model.graph.node) {
    const [output] = node.output;
    const value = node.attribute.find(({ name }) => name === 'value')?.t;
    if (node.opType === 'Constant' && output !== undefined && value !== undefined) constants.set(output, value);
  }
  return constants;
}
