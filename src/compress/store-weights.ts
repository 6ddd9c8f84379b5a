import { makeNode } from '../graph/builder.ts';
import { FreshNames } from '../graph/edit-graph.ts';
import { dataTypeOf, elementType } from '../graph/element-type.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { NodeProto, TensorProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { decodeFloats, encodeFloats } from '../graph/small-floats.ts';
import { elementCount, makeTensor } from '../graph/tensor-proto.ts';
import { InputError } from '../kernel/errors.ts';
import { constantFloats } from './quantizable-weight.ts';

/** `float16`: 10 bits of fraction, up to 65,504. `bfloat16`: 7 bits of fraction, the range of 32-bit floats. */
export type NarrowFloat = 'float16' | 'bfloat16';

/** The largest finite number of each. */
const largestNarrow = { float16: 65_504, bfloat16: 255 * 2 ** 120 } as const;

export interface StoreOptions {
  /** Weights with fewer elements stay: the Cast would take more room than they. Default 256. */
  readonly fewestElements?: number;
  /** Weights that would be stored with less signal to noise stay. Default 40 dB; 11 bits of significand give about 74, 8 about 56. */
  readonly leastDecibels?: number;
}

/** `OUT_OF_RANGE`: larger than the type's largest number. `TOO_NOISY`: so small that too few bits would be left. */
export interface KeptWeight {
  readonly name: string;
  readonly reason: 'OUT_OF_RANGE' | 'TOO_NOISY' | 'NOT_FINITE_OR_EXTERNAL';
}

export interface StoreReport {
  /** Weights that take half the room now. */
  readonly stored: number;
  /** Weights that are large enough to be stored so, but stay in 32 bits. */
  readonly kept: readonly KeptWeight[];
  /** Bytes of the values of all stored weights, before. After, they take half of that. */
  readonly bytesBefore: number;
  /** Signal to noise of the worst stored weight in decibels, infinite where all are exact; null: none was stored. */
  readonly worstDecibels: number | null;
}

/**
 * Stores the weights of a model, in place, as 16-bit floats with a Cast to 32 bits behind each: half the file, the same operators, and nothing
 * but the weights is rounded. Engines cast at load, so that neither speed nor memory changes: it is a storage precision.
 * @throws InputError `OPSET_UNSUPPORTED` for bfloat16 before opset 13, where Cast does not know it.
 */
export function storeWeights(model: OnnxModel, type: NarrowFloat, options: StoreOptions = {}): StoreReport {
  const opset = Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n);
  if (type === 'bfloat16' && opset < 13) {
    throw new InputError(
      'OPSET_UNSUPPORTED',
      `Expected a model of opset 13 or newer to store weights as bfloat16, got opset ${opset}. Export it again, or store float16.`,
    );
  }
  const { fewestElements = 256, leastDecibels = 40 } = options;
  const { graph } = model;
  const index = new GraphIndex(graph);
  const names = new FreshNames(graph);
  const casts: NodeProto[] = [];
  const kept: KeptWeight[] = [];
  let bytesBefore = 0;
  let worst: number | null = null;

  graph.initializer = graph.initializer.map((tensor): TensorProto => {
    const { name } = tensor;
    const isWeight = elementType(tensor.dataType).name === 'float32' && !index.isGraphInput(name);
    if (!isWeight || elementCount(tensor.dims.map(Number)) < fewestElements) return tensor;
    const stored = storedAs(constantFloats(index, name)?.values ?? null, type, leastDecibels);
    if (typeof stored === 'string') {
      kept.push({ name, reason: stored });
      return tensor;
    }
    const narrow = names.take(`${name}_${type}`);
    // The Cast makes the value of the old name: whoever uses it, bodies included, need not know.
    const node = names.take(`${name}_Cast`);
    casts.push(makeNode('Cast', [narrow], [name], { name: node, attributes: { to: dataTypeOf('float32') } }));
    bytesBefore += 4 * stored.bits.length;
    worst = Math.min(worst ?? Number.POSITIVE_INFINITY, stored.decibels);
    return makeTensor(narrow, type, tensor.dims.map(Number), stored.bits);
  });
  graph.node = [...casts, ...graph.node];
  return { stored: casts.length, kept, bytesBefore, worstDecibels: worst };
}

function storedAs(
  values: Float32Array | null,
  type: NarrowFloat,
  leastDecibels: number,
): { readonly bits: Uint16Array; readonly decibels: number } | KeptWeight['reason'] {
  if (values === null) return 'NOT_FINITE_OR_EXTERNAL';
  if (values.some((value) => Math.abs(value) > largestNarrow[type])) return 'OUT_OF_RANGE';
  const bits = encodeFloats(type, values);
  const decibels = signalToNoise(values, decodeFloats(type, bits));
  return decibels < leastDecibels ? 'TOO_NOISY' : { bits, decibels };
}

/** 10 log10(Σ v² / Σ (v − w)²); infinite where nothing differs. */
function signalToNoise(values: Float32Array, back: Float32Array): number {
  let [signal, noise] = [0, 0];
  for (const [index, value] of values.entries()) {
    signal += value ** 2;
    noise += (value - (back[index] ?? 0)) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
