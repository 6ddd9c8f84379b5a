import type { EffectiveField } from '../effective.ts';

/** Element types of ONNX tensors that a backend can feed. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A tensor in host memory, row-major. Made by a session's `tensor()`, so that a backend may attach what it needs. */
export interface Tensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** What the model says of one of its inputs or outputs: a number is fixed, a string names a dynamic dimension, null is unnamed. */
export interface TensorSpec {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string | null)[];
}

/** How a backend carries out a precision. `emulated`: computed wider with casts; `storage`: only the weights are stored in it. */
export type PrecisionSupport = 'native' | 'emulated' | 'storage' | 'none';

export type Probe =
  | {
      readonly available: true;
      readonly device: string;
      readonly version: string;
      readonly precisions: Readonly<Record<string, PrecisionSupport>>;
    }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** Options of an execution provider under the names that it has for them, and Dyno's own `allow_cpu_fallback`. */
export type ProviderOptions = Readonly<Record<string, string | number | boolean>>;

export interface LoadOptions {
  /** Whether the engine fuses operators. What Dyno itself fused stands in the file already. */
  readonly fusion: 'on' | 'off';
  /** `plain`: the engine must not change the memory layout where it fuses. Absent: `engine`, its own choice. Without fusion there is no change. */
  readonly layout?: 'engine' | 'plain';
  /** The precision that the file was made for. */
  readonly precision: string;
  readonly threads: number;
  readonly spinning: 'on' | 'off';
  /**
   * What is asked of the provider beyond its defaults. What a backend cannot hand on is an error (`PROVIDER_OPTION_UNAVAILABLE`), never left out
   * in silence. Absent: nothing.
   */
  readonly providerOptions?: ProviderOptions;
  /** `none`: the graph exactly as it stands in the file, the reference that others are compared with. Absent: `full`. */
  readonly optimization?: 'full' | 'none';
  /** Write the optimised graph here (proof processes only), null: do not. */
  readonly dumpPath: string | null;
  /** Write an operator profile with this path prefix (proof processes only), null: do not. */
  readonly profilePrefix: string | null;
}

/** What one run took, in seconds. */
export interface RunTimes {
  /** The engine's own call, on the clock of its process, until the result was there. */
  readonly insideSeconds: number;
  /** The same run as seen from here, tensors there and back included; never less. */
  readonly outsideSeconds: number;
  /** By events of the device; null where none took them. */
  readonly deviceSeconds: number | null;
}

/** Runs timed on both sides: by the clock of the process that called the engine, and by events of the device. */
export interface DeviceTime {
  readonly runs: number;
  readonly insideSeconds: number;
  readonly deviceSeconds: number;
}

/** The process in which a session computes, where that is not this one. */
export interface RemoteEngine {
  /** What is counted of a process (CPU time, memory) is counted there. */
  readonly pid: number;
  /** From starting the process until its library was there: no part of loading the model. 0: it was there before. */
  readonly startSeconds: number;
  lastRun(): RunTimes;
  /** What tensors needed to get there and back (outside − inside), over all runs until now. */
  transport(): { readonly runs: number; readonly seconds: number };
  /** What its calls took, and of that the device by its own events, over all runs until now; null, or left out: it takes no events. */
  deviceTime?(): DeviceTime | null;
  /** What the first run needed before it could compute, such as compiling: a part of loading, and in none of the times of runs. */
  preparationSeconds(): number;
  /** Sends the tensors of the last run there and back, with nothing computed, and answers the seconds: what transport is checked against. */
  echo(): Promise<number>;
}

/** A loaded model. One at a time calls `run`. */
export interface Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Where it computes; absent: in this process. */
  readonly remote?: RemoteEngine;
  /** A tensor over `data` (not copied). Throws when the element count does not fit. */
  tensor(type: string, dims: readonly number[], data: TensorData): Tensor;
  /**
   * Runs the model once. With `into`, outputs are written into those preallocated tensors and `into` is returned; shapes must be
   * the ones the run produces. Without it (shapes not known, or tiny outputs), fresh tensors are returned.
   */
  run(feeds: Tensors, into: Tensors | null): Promise<Tensors>;
  /** The engine's own call for these feeds, with nothing of ours around it: what the harness is compared with. */
  bareCall(feeds: Tensors, into: Tensors | null): () => Promise<unknown>;
  /** What took effect, as far as the session itself can tell. */
  effective(): Readonly<Record<string, EffectiveField>>;
  /**
   * Ends profiling and returns the path of the operator profile (Chrome trace events); null: this backend has none. Throws when the
   * session was not loaded with `profilePrefix`.
   */
  profile(): Promise<string | null>;
  dispose(): Promise<void>;
}

/** A plug-in that runs a model on hardware. */
export interface Backend {
  readonly name: string;
  /** The software that runs the model: part of the identity of every figure. */
  readonly stack: string;
  /** Domains of operators that it runs beside the standard ones, such as `com.microsoft`. Absent: none. */
  readonly operatorDomains?: readonly string[];
  /** Whether what it runs is the graph of an ONNX file, so that a changed file makes a difference. Absent: it is. */
  readonly usesGraph?: boolean;
  /** Whether it can run here, and how it carries out each precision. Never throws. */
  probe(): Promise<Probe>;
  /** Loads the ONNX file at `modelPath`. Throws coded errors (`MODEL_INVALID`, `PRECISION_UNAVAILABLE` …). */
  load(modelPath: string, options: LoadOptions): Promise<Session>;
}
