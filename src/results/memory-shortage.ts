/**
 * What was full. `memory`: all of the device's or of the machine's. Of the machine also `control_group` (the limit of a container) and
 * `address_space` (`ulimit -v`); `arena`: the memory pool of ONNX Runtime, at the limit that was set for it; `buffer`: the largest buffer that
 * WebGPU allows; `webassembly`: the 4 GiB that WebAssembly addresses; `heap`: that of JavaScript.
 */
export type MemoryPlace = 'memory' | 'control_group' | 'address_space' | 'arena' | 'buffer' | 'webassembly' | 'heap';

/**
 * Where a figure comes from. `message`: what the library said. `limit`: a fixed one. `at failure`: read in the process that failed, right then.
 * `samples`: the least that was free while the round was sampled. `afterwards`: read when the process had ended, its own memory given back.
 */
export type MemoryEvidence = 'message' | 'limit' | 'at failure' | 'samples' | 'afterwards';

/** A process that held memory of the device when ours had ended. */
export interface MemoryHolder {
  readonly pid: number;
  /** Of its program, without the folder; null: not told. */
  readonly name: string | null;
  readonly bytes: number | null;
}

/** What failed for want of memory: what it needed, what there was, and what to change. What is not known is null, with its reason. */
export interface MemoryShortage {
  /** `host`: the machine; `gpu0`: the device as the collectors number it; `gpu`: a device, and nothing says which. */
  readonly device: string;
  readonly place: MemoryPlace;
  /** Bytes of the request that failed: what was needed more. */
  readonly neededBytes: number | null;
  /** Bytes that were free there when it failed. */
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** Bytes that were free when the process had ended: what the next attempt finds. */
  readonly freeAfterBytes: number | null;
  readonly evidence: {
    readonly needed: MemoryEvidence | null;
    readonly free: MemoryEvidence | null;
    readonly total: MemoryEvidence | null;
  };
  /** Weights and values of the graph at the case's batch size, without scratch space and what the engine keeps beside: about, not measured. */
  readonly projected: {
    readonly provenance: 'projected';
    readonly batchSize: number;
    readonly weightBytes: number;
    readonly valueBytes: number;
  } | null;
  readonly holders: readonly MemoryHolder[];
  /** The batch size to take; null: no smaller one is likely to help, or there is none. */
  readonly batchSize: number | null;
  /** Precisions in which this backend computes with fewer bytes. */
  readonly precisions: readonly string[];
  /** What to change, in sentences, the first one first. */
  readonly remedies: readonly string[];
  /** Why a null is null, by its path, such as `freeBytes`. */
  readonly reasons: Readonly<Record<string, { readonly code: string; readonly message: string }>>;
}
