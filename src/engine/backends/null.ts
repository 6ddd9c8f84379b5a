import { type ModelValue, modelInputs, modelOutputs } from '../../graph/model-values.ts';
import { readModel } from '../../graph/onnx-file.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import { inferShapes } from '../../graph/shapes.ts';
import { DynoError, InputError } from '../../kernel/errors.ts';
import { packageVersion } from '../../kernel/package-root.ts';
import { processorName } from '../../kernel/processor-name.ts';
import type { EffectiveField } from '../effective.ts';
import { elementArray, elementCount } from '../element-array.ts';
import type { Backend, LoadOptions, Probe, Session, Tensor, TensorData, TensorSpec, Tensors } from './backend.ts';

/**
 * Runs nothing: it answers every query at once with zeros in the shapes that the model's outputs have. What is measured with it is the harness
 * itself: load generator, queue, pipeline, recording. No figure of it says anything of a model.
 */
export const nullBackend: Backend = {
  name: 'null',
  stack: 'null',
  usesGraph: false,

  async probe(): Promise<Probe> {
    return {
      available: true,
      device: processorName(),
      version: packageVersion(),
      precisions: { fp32: 'native' },
    };
  },

  async load(path: string, options: LoadOptions): Promise<Session> {
    refuseUnsupported(options);
    return new NullSession(path, readModel(path));
  },
};

/** A toggle of something that does not compute would only give its figures several names. */
function refuseUnsupported({ precision, fusion, optimization }: LoadOptions): void {
  const refuse = (axis: string, came: string, use: string): never => {
    throw new InputError(
      'AXIS_UNSUPPORTED',
      `The backend null: expected ${axis} ${use}, got ${came}; it computes nothing and has no such setting. Set it in the matrix.`,
    );
  };
  if (precision !== 'fp32') refuse('precision', precision, 'fp32');
  // The reference of a proof is asked for without fusion; a case is not.
  if (fusion !== 'on' && optimization !== 'none') refuse('fusion', 'off or graph', 'on');
}

class NullSession implements Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #path: string;
  readonly #model: OnnxModel;
  /** Of the last query: most have the same shapes as the one before. */
  #shapes: readonly (readonly number[])[] = [];
  #zeros: Tensors | null = null;

  constructor(path: string, model: OnnxModel) {
    this.#path = path;
    this.#model = model;
    this.inputs = modelInputs(model).map(tensorSpec);
    this.outputs = modelOutputs(model).map(tensorSpec);
  }

  tensor(type: string, dims: readonly number[], data: TensorData): Tensor {
    const elements = elementCount(dims);
    if (elements !== data.length) throw new RangeError(`Expected ${elements} elements, got ${data.length}.`);
    return { type, dims, data };
  }

  async run(feeds: Tensors, into: Tensors | null): Promise<Tensors> {
    return into ?? this.#outputsFor(feeds);
  }

  bareCall(feeds: Tensors, into: Tensors | null): () => Promise<unknown> {
    return async () => into ?? this.#outputsFor(feeds);
  }

  effective(): Readonly<Record<string, EffectiveField>> {
    return { backend: { value: 'null', evidence: 'session metadata' } };
  }

  /** Nothing runs, so that there are no operators to time. */
  async profile(): Promise<null> {
    return null;
  }

  async dispose(): Promise<void> {}

  #outputsFor(feeds: Tensors): Tensors {
    if (this.#zeros !== null && this.#isLikeLast(feeds)) return this.#zeros;
    const shapes = this.#outputShapes(feeds);
    this.#zeros = Object.fromEntries(
      this.outputs.map(({ name, type }, index) => {
        const dims = shapes[index] ?? [];
        return [name, { type, dims, data: elementArray(type, elementCount(dims)) }];
      }),
    );
    this.#shapes = this.inputs.map(({ name }) => feeds[name]?.dims ?? []);
    return this.#zeros;
  }

  #isLikeLast(feeds: Tensors): boolean {
    for (let input = 0; input < this.inputs.length; input++) {
      const dims = feeds[this.inputs[input]?.name ?? '']?.dims;
      const last = this.#shapes[input];
      if (dims === last) continue;
      if (dims?.length !== last?.length || dims?.some((size, axis) => size !== last?.[axis])) return false;
    }
    return true;
  }

  /** Fixed sizes, those that an input gives by the same name, and else what follows from the graph. */
  #outputShapes(feeds: Tensors): (readonly number[])[] {
    const fed: Record<string, readonly number[]> = {};
    const named = new Map<string, number>();
    for (const { name, shape } of this.inputs) {
      const dims = feeds[name]?.dims;
      if (dims === undefined) {
        throw new DynoError('INPUT_MISMATCH', `The backend null: expected the input "${name}", got none.`);
      }
      fed[name] = dims;
      for (const [axis, size] of dims.entries()) {
        const dimension = shape[axis];
        if (typeof dimension === 'string') named.set(dimension, size);
      }
    }
    let inferred: Map<string, readonly number[]> | null = null;
    return modelOutputs(this.#model).map(({ name, shape }) => {
      const known = shape?.map((size) => (typeof size === 'string' ? named.get(size) : (size ?? undefined)));
      if (known?.every((size) => size !== undefined)) return known;
      inferred ??= inferShapes(this.#model, fed);
      const found = inferred.get(name);
      if (found !== undefined) return found;
      throw new InputError(
        'SHAPE_UNKNOWN',
        `${this.#path}: the shape of the output "${name}" follows from data or from an operator without a known rule, and the backend null computes nothing. Use a model with fixed outputs, or another backend.`,
      );
    });
  }
}

function tensorSpec({ name, type, shape }: ModelValue): TensorSpec {
  return { name, type, shape: shape ?? [] };
}
