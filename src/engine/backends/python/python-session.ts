import { performance } from 'node:perf_hooks';
import { DynoError } from '../../../kernel/errors.ts';
import type { EffectiveField } from '../../effective.ts';
import { elementArrays, elementCount } from '../../element-array.ts';
import type {
  ElementType,
  RemoteEngine,
  RunTimes,
  Session,
  Tensor,
  TensorData,
  TensorSpec,
  Tensors,
} from '../backend.ts';
import type { Frame, Header } from './frames.ts';
import type { PythonWorker } from './python-worker.ts';
import { runDeadline } from './run-deadline.ts';

/** A model that a worker has loaded. */
export interface LoadedModel {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly effective: Readonly<Record<string, EffectiveField>>;
  /** Whether it was loaded with an operator profile, which only ONNX Runtime has. */
  readonly profiles: 'yes' | 'not asked' | 'no such thing';
  /** From starting the process until its library was there. */
  readonly startSeconds: number;
}

/** Seconds that the messages beside runs may take. */
const deadlines = { echo: 60, profile: 60 } as const;

/** Wall clocks of two processes are read with this much between them at least. */
const clockSlackSeconds = 1e-6;

/**
 * A session in a worker. Tensors travel over pipes; the worker times the engine's call, and what is left of the time of the message is
 * transport. `run` computes in the other process and does not block this one.
 */
export class PythonSession implements Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly remote: RemoteEngine;
  readonly #worker: PythonWorker;
  readonly #model: LoadedModel;
  #last: RunTimes = { insideSeconds: 0, outsideSeconds: 0, deviceSeconds: null };
  #transportSeconds = 0;
  #preparationSeconds = 0;
  #runs = 0;
  #insideSeconds = 0;
  /** null: a run came without, so that their sum would be of some runs only. */
  #deviceSeconds: number | null = 0;
  /** Of the runs of each shape. */
  readonly #longestSeconds = new Map<string, number>();
  #sent: { readonly header: Header; readonly parts: readonly Uint8Array[] } | null = null;

  constructor(worker: PythonWorker, model: LoadedModel) {
    this.#worker = worker;
    this.#model = model;
    this.inputs = model.inputs;
    this.outputs = model.outputs;
    this.remote = {
      pid: worker.pid,
      startSeconds: model.startSeconds,
      lastRun: () => this.#last,
      transport: () => ({ runs: this.#runs, seconds: this.#transportSeconds }),
      deviceTime: () =>
        this.#deviceSeconds === null
          ? null
          : { runs: this.#runs, insideSeconds: this.#insideSeconds, deviceSeconds: this.#deviceSeconds },
      preparationSeconds: () => this.#preparationSeconds,
      echo: () => this.#echo(),
    };
  }

  tensor(type: string, dims: readonly number[], data: TensorData): Tensor {
    const elements = elementCount(dims);
    if (elements !== data.length) throw new RangeError(`Expected ${elements} elements, got ${data.length}.`);
    return { type, dims, data };
  }

  async run(feeds: Tensors, into: Tensors | null): Promise<Tensors> {
    const start = performance.now();
    const names = Object.keys(feeds);
    const tensors = names.map((name) => ({ name, type: feeds[name]?.type, dims: feeds[name]?.dims }));
    const parts = Object.values(feeds).map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const header = { tensors };
    // What compiles does so for each shape.
    const shapes = tensors.map(({ dims }) => dims?.join()).join(';');
    const longest = this.#longestSeconds.get(shapes) ?? null;
    const deadline = runDeadline(longest);
    const answer = await this.#worker.request({ ...header, type: 'run' }, parts, deadline);
    const outputs = into === null ? freshTensors(answer) : writtenInto(answer, into);
    this.#sent = { header, parts };
    this.#timed(answer.header, (performance.now() - start) / 1e3);
    this.#longestSeconds.set(shapes, Math.max(longest ?? 0, this.#last.outsideSeconds));
    return outputs;
  }

  bareCall(feeds: Tensors, into: Tensors | null): () => Promise<unknown> {
    return () => this.run(feeds, into);
  }

  effective(): Readonly<Record<string, EffectiveField>> {
    return this.#model.effective;
  }

  async profile(): Promise<string | null> {
    if (this.#model.profiles === 'no such thing') return null;
    if (this.#model.profiles === 'not asked') {
      throw new DynoError(
        'NOT_PROFILED',
        'Expected a session that was loaded with `profilePrefix`: without it nothing is recorded.',
      );
    }
    const { header } = await this.#worker.request({ type: 'profile' }, [], deadlines.profile);
    return header.path === null ? null : String(header.path);
  }

  async dispose(): Promise<void> {
    await this.#worker.close();
  }

  /** Takes down what the worker says of its time. A share of the message's time cannot be longer than the message. */
  #timed(header: Header, messageSeconds: number): void {
    const insideSeconds = nanoseconds(header, 'insideNs') / 1e9;
    const preparation = nanoseconds(header, 'preparationNs') / 1e9;
    const deviceSeconds = header.deviceNs === null ? null : nanoseconds(header, 'deviceNs') / 1e9;
    const outsideSeconds = messageSeconds - preparation;
    if (insideSeconds > outsideSeconds + clockSlackSeconds) {
      throw new DynoError(
        'TIMING_IMPLAUSIBLE',
        `The Python worker says that a run took ${insideSeconds} s, but its answer was there after ${outsideSeconds} s. Its clock cannot be trusted.`,
      );
    }
    this.#last = { insideSeconds, outsideSeconds, deviceSeconds };
    this.#insideSeconds += insideSeconds;
    this.#deviceSeconds =
      deviceSeconds === null || this.#deviceSeconds === null ? null : this.#deviceSeconds + deviceSeconds;
    this.#transportSeconds += Math.max(0, outsideSeconds - insideSeconds);
    this.#preparationSeconds += preparation;
    this.#runs++;
  }

  async #echo(): Promise<number> {
    if (this.#sent === null) throw new Error('An echo is of the last run, and there was none.');
    const start = performance.now();
    const { header, parts } = this.#sent;
    const answer = await this.#worker.request({ ...header, type: 'echo' }, parts, deadlines.echo);
    freshTensors(answer);
    return (performance.now() - start) / 1e3;
  }
}

function nanoseconds(header: Header, name: string): number {
  const value = header[name];
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new DynoError(
    'PROTOCOL_BROKEN',
    `The Python worker answered a run without its time: expected "${name}" in nanoseconds, got ${JSON.stringify(value)}.`,
  );
}

interface Described {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
}

function described({ header, parts }: Frame): readonly (Described & { readonly part: Uint8Array<ArrayBuffer> })[] {
  const tensors = header.tensors as readonly Described[] | undefined;
  return (tensors ?? []).map((one, index) => {
    const part = parts[index];
    if (part !== undefined && part.byteLength === elementCount(one.dims) * bytesOf(one.type)) return { ...one, part };
    throw new DynoError(
      'PROTOCOL_BROKEN',
      `The Python worker answered "${one.name}" as ${one.type} [${one.dims.join(', ')}], but sent ${part?.byteLength ?? 0} bytes of it.`,
    );
  });
}

function freshTensors(answer: Frame): Tensors {
  return Object.fromEntries(
    described(answer).map(({ name, type, dims, part }) => {
      const ElementArray = elementArrays[type as ElementType];
      return [name, { type, dims, data: new ElementArray(part.buffer, part.byteOffset, elementCount(dims)) }];
    }),
  );
}

function writtenInto(answer: Frame, into: Tensors): Tensors {
  for (const { name, part } of described(answer)) {
    const target = into[name]?.data;
    if (target === undefined) continue;
    if (target.byteLength !== part.byteLength) {
      throw new DynoError(
        'RUN_FAILED',
        `The output "${name}" has ${part.byteLength} bytes, and the tensor that was prepared for it ${target.byteLength}: the shape of the output changed.`,
      );
    }
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(part);
  }
  return into;
}

function bytesOf(type: string): number {
  const elements = Object.hasOwn(elementArrays, type) ? elementArrays[type as ElementType] : null;
  if (elements !== null) return elements.BYTES_PER_ELEMENT;
  throw new DynoError('PROTOCOL_BROKEN', `The Python worker answered a tensor of ${type}, which no model of Dyno has.`);
}
