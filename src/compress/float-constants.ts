import { elementType } from '../graph/element-type.ts';
import { floatAttribute } from '../graph/node-attributes.ts';
import type { GraphProto, TensorProto } from '../graph/onnx_pb.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { readTensor } from '../graph/tensor-proto.ts';

/** A constant of 32-bit floats. */
export interface FloatConstant {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/**
 * The constants of 32-bit floats of a graph: initialisers that no caller may override, and what Constant nodes hold, but for
 * sparse ones. Values are read when they are asked for.
 */
export class FloatConstants {
  readonly #read = new Map<string, () => FloatConstant>();

  /** `folder`: where external data are; null: there are none, and reading one is an error. */
  constructor(graph: GraphProto, folder: string | null) {
    const inputs = new Set(graph.input.map(({ name }) => name));
    for (const tensor of graph.initializer) if (!inputs.has(tensor.name)) this.#add(tensor.name, tensor, folder);
    for (const node of graph.node) {
      const [output = ''] = node.output;
      const [attribute] = node.attribute;
      if (operatorName(node) !== 'Constant' || attribute === undefined) continue;
      const { name, t, floats } = attribute;
      if (name === 'value' && t !== undefined) this.#add(output, t, folder);
      if (name === 'value_float') {
        const value = floatAttribute(node, name, 0);
        this.#read.set(output, () => ({ dims: [], values: Float32Array.of(value) }));
      }
      if (name === 'value_floats') {
        this.#read.set(output, () => ({ dims: [floats.length], values: Float32Array.from(floats) }));
      }
    }
  }

  has(name: string): boolean {
    return this.#read.has(name);
  }

  /**
   * The values; null for a name that is no such constant.
   * @throws InputError `EXTERNAL_DATA` and `TENSOR_INVALID` as `readTensor`.
   */
  read(name: string): FloatConstant | null {
    return this.#read.get(name)?.() ?? null;
  }

  #add(name: string, tensor: TensorProto, folder: string | null): void {
    if (elementType(tensor.dataType).name !== 'float32') return;
    this.#read.set(name, () => {
      const { dims, data } = readTensor(tensor, folder);
      return { dims, values: data as Float32Array };
    });
  }
}
