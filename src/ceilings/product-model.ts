import { GraphBuilder } from '../graph/builder.ts';
import { TensorProto_DataType as DataType } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { generator, integer, uniform } from '../stats/random.ts';

/** Element types that a product can be asked for. */
export const productPrecisions = ['fp32', 'fp16', 'bf16', 'int8'] as const;
export type ProductPrecision = (typeof productPrecisions)[number];

/**
 * A matrix product `y = a · weight`, rows × inner by inner × columns, with the weight as a constant, as in a model: engines may lay it
 * out beforehand. `int8` multiplies unsigned activations by signed weights into 32-bit sums. The 16-bit types take and give fp32 and
 * cast inside, because not every engine takes them from outside.
 *
 * Input `a` float32 (int8: uint8) [rows, inner], output `y` float32 (int8: int32) [rows, columns].
 */
export function productModel(precision: ProductPrecision, rows: number, inner: number, columns: number): OnnxModel {
  const graph = new GraphBuilder('product');
  const random = generator(1);
  const count = inner * columns;
  if (precision === 'int8') {
    const a = graph.input('a', 'uint8', [rows, inner]);
    const values = Int8Array.from({ length: count }, () => integer(random, 255) - 127);
    const weight = graph.constant('weight', 'int8', [inner, columns], values);
    const zeroPoint = graph.constant('zero_point', 'uint8', [], Uint8Array.of(128));
    graph.output(graph.node('MatMulInteger', [a, weight, zeroPoint], { outputs: ['y'] }), 'int32', [rows, columns]);
    return graph.model({ opset: 13 });
  }
  const a = graph.input('a', 'float32', [rows, inner]);
  const values = Float32Array.from({ length: count }, () => uniform(random) - 0.5);
  const weight = graph.constant('weight', 'float32', [inner, columns], values);
  if (precision === 'fp32') {
    graph.output(graph.node('MatMul', [a, weight], { outputs: ['y'] }), 'float32', [rows, columns]);
    return graph.model({ opset: 13 });
  }
  const type = precision === 'fp16' ? DataType.FLOAT16 : DataType.BFLOAT16;
  // The cast of the constant is folded when the model is loaded.
  const cast = (value: string, to: number, outputs: readonly string[]) =>
    graph.node('Cast', [value], { outputs, attributes: { to } });
  const product = graph.node('MatMul', [cast(a, type, ['a_narrow']), cast(weight, type, ['weight_narrow'])]);
  graph.output(cast(product, DataType.FLOAT, ['y']), 'float32', [rows, columns]);
  return graph.model({ opset: 13 });
}
