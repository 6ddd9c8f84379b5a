import { GraphBuilder } from '../../graph/builder.ts';
import { TensorProto_DataType } from '../../graph/onnx_pb.ts';
import { modelBytes } from '../../graph/onnx-file.ts';

/** ONNX of `y = Relu(x)` for x of shape [1], computed in 16-bit floats. */
export function smallestHalfModel(): Uint8Array {
  const graph = new GraphBuilder('half');
  const x = graph.input('x', 'float32', [1]);
  const half = graph.node('Cast', [x], { attributes: { to: TensorProto_DataType.FLOAT16 } });
  const relu = graph.node('Relu', [half]);
  graph.node('Cast', [relu], { outputs: ['y'], attributes: { to: TensorProto_DataType.FLOAT } });
  graph.output('y', 'float32', [1]);
  return modelBytes(graph.model());
}

/** ONNX of `y = x` for tensors of one type with this many dimensions of any size. */
export function identityModel(type: string, dimensions: number): Uint8Array {
  const shape = Array.from({ length: dimensions }, (_, axis) => `d${axis}`);
  const graph = new GraphBuilder('identity');
  const x = graph.input('x', type, shape);
  graph.node('Identity', [x], { outputs: ['y'] });
  graph.output('y', type, shape);
  return modelBytes(graph.model());
}
