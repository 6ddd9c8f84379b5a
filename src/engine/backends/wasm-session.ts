import { writeFile } from 'node:fs/promises';
import { DynoError, errorText } from '../../kernel/errors.ts';
import type { EffectiveField } from '../effective.ts';
import type { LoadOptions, Session, Tensor, TensorData, TensorSpec, Tensors } from './backend.ts';
import { acceptedSettings, tensorSpec } from './ort-session.ts';
import { type OrtWeb, whatIsPrinted } from './wasm-library.ts';
import { isMemoryFull, memoryFull } from './wasm-model.ts';

/** A model that onnxruntime-web has loaded. `run` computes in the calling thread and blocks it. */
export class WasmSession implements Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #ort: typeof OrtWeb;
  readonly #session: OrtWeb.InferenceSession;
  readonly #backend: string;
  readonly #options: LoadOptions;
  #isProfiling: boolean;

  constructor(ort: typeof OrtWeb, session: OrtWeb.InferenceSession, backend: string, options: LoadOptions) {
    this.#ort = ort;
    this.#session = session;
    this.#backend = backend;
    this.#options = options;
    this.#isProfiling = options.profilePrefix !== null;
    this.inputs = session.inputMetadata.map(specOf);
    this.outputs = session.outputMetadata.map(specOf);
  }

  tensor(type: string, dims: readonly number[], data: TensorData): Tensor {
    return new this.#ort.Tensor(type as 'float32', data as Float32Array, dims);
  }

  async run(feeds: Tensors, into: Tensors | null): Promise<Tensors> {
    let outputs: Tensors;
    try {
      outputs = (await this.bareCall(feeds, into)()) as Tensors;
    } catch (cause) {
      const text = errorText(cause);
      if (isMemoryFull(text)) throw memoryFull(`a run needs more memory than there is (${shapesOf(feeds)})`);
      throw new DynoError('RUN_FAILED', `ONNX Runtime could not run the model: ${text}`, { cause });
    }
    if (into === null) return outputs;
    // Preallocated outputs are copied into the memory of WebAssembly and never back (onnxruntime-web 1.30): they are asked for by name instead.
    for (const [name, target] of Object.entries(into)) copyTensor(name, outputs[name], target);
    return into;
  }

  bareCall(feeds: Tensors, into: Tensors | null): () => Promise<unknown> {
    const session = this.#session;
    const ortFeeds = feeds as OrtWeb.InferenceSession.FeedsType;
    if (into === null) return () => session.run(ortFeeds);
    const names = Object.keys(into);
    return () => session.run(ortFeeds, names);
  }

  /** ONNX Runtime tells nothing of what took effect: these are the settings it accepted, and the spinning that it cannot leave. */
  effective(): Record<string, EffectiveField> {
    const { threads, spinning } = this.#options;
    return acceptedSettings(this.#backend, {
      ...this.#options,
      // The pool is one of the whole library, to which the session's options do not apply, and its threads spin.
      spinning: threads > 1 ? 'on' : spinning,
    });
  }

  async profile(): Promise<string> {
    const prefix = this.#options.profilePrefix;
    if (prefix === null || !this.#isProfiling) {
      throw new DynoError(
        'NOT_PROFILED',
        'Expected a session that was loaded with `profilePrefix`, and asked for its profile once: without it nothing is recorded.',
      );
    }
    const text = this.#endProfiling();
    if (text === '') {
      throw new DynoError(
        'PROFILE_NOT_FOUND',
        'Expected an operator profile that onnxruntime-web prints, got nothing.',
      );
    }
    const path = `${prefix}_wasm.json`;
    await writeFile(path, text);
    return path;
  }

  async dispose(): Promise<void> {
    // A profile that is still open would be printed into our output.
    if (this.#isProfiling) this.#endProfiling();
    await this.#session.release();
  }

  #endProfiling(): string {
    this.#isProfiling = false;
    return whatIsPrinted(() => this.#session.endProfiling());
  }
}

/** A dimension without a name comes as -1, or as what 32 bits without a sign make of it. */
function specOf(metadata: OrtWeb.InferenceSession.ValueMetadata): TensorSpec {
  const spec = tensorSpec(metadata);
  const isKnown = (size: number | string | null) => typeof size !== 'number' || (size >= 0 && size < 2 ** 32 - 1);
  return { ...spec, shape: spec.shape.map((size) => (isKnown(size) ? size : null)) };
}

/** By bytes: what an engine returns for half floats is another kind of array than ours where there is a Float16Array. */
function copyTensor(name: string, source: Tensor | undefined, target: Tensor): void {
  if (source === undefined || source.type !== target.type || !isSameShape(source.dims, target.dims)) {
    const came = source === undefined ? 'none' : `${source.type} [${source.dims.join(', ')}]`;
    throw new DynoError(
      'RUN_FAILED',
      `The output "${name}": expected ${target.type} [${target.dims.join(', ')}] for the tensor that it is to be written into, got ${came}.`,
    );
  }
  bytesOf(target.data).set(bytesOf(source.data));
}

function isSameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((size, axis) => size === other[axis]);
}

function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function shapesOf(feeds: Tensors): string {
  return Object.entries(feeds)
    .map(([name, { dims }]) => `${name} [${dims.join(', ')}]`)
    .join(', ');
}
