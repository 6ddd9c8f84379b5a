import type { Ceiling, CeilingTiming } from '../ceilings/ceiling.ts';
import type { VariantSettings } from '../compress/variant.ts';
import type { PrecisionSupport } from '../engine/backends/backend.ts';
import type { GraphWork } from '../graph/node-work.ts';
import type { HostMemory } from '../kernel/host-memory.ts';
import type { Cause, ModelRecord, Proof, Reason, VariantRecord } from '../results/events.ts';
import type { Measured } from '../results/snapshot.ts';
import type { PlannedCase, Policy, WorkloadRequest } from '../suite/plan.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';

/** What the runner writes to the stdin of a process of its own, as one line of JSON. */
interface Job {
  /** Modules of the user's plug-ins. */
  readonly plugins: readonly string[];
  /** The process ends itself after this many seconds. */
  readonly deadlineSeconds: number;
}

/** Makes a workload ready: builds its model into the cache, packs its data. */
export interface PrepareJob extends Job {
  readonly request: WorkloadRequest;
  readonly cacheFolder: string;
  /** Whether the graph of its model is to be counted. */
  readonly countGraph: boolean;
}

/** What the graph of a workload's model has to do for one item, or why that is not known. */
export type GraphCount =
  | { readonly work: GraphWork; readonly parameters: number | null }
  | { readonly code: string; readonly message: string };

export interface PrepareAnswer {
  readonly workload: PreparedWorkload;
  readonly record: ModelRecord;
  readonly metricReason: Reason | null;
  /** Changes with what the items are made of: `--resume` must not mix two versions. */
  readonly dataSha256: string;
  /** null: it was not asked for. */
  readonly graph: GraphCount | null;
}

/** Makes of a workload's models what the toggles of some of its cases ask for, before an engine loads them. */
export interface VariantJob extends Job {
  readonly request: WorkloadRequest;
  readonly workload: PreparedWorkload;
  readonly settings: VariantSettings;
  readonly cacheFolder: string;
}

export interface VariantAnswer {
  /** The workload with the models that were made. */
  readonly workload: PreparedWorkload;
  readonly record: VariantRecord;
}

/** Asks backends whether they can run here. */
export interface ProbeJob extends Job {
  readonly backends: readonly string[];
}

export interface ProbeAnswer {
  readonly probes: Readonly<
    Record<
      string,
      {
        readonly available: boolean;
        readonly reason: string | null;
        readonly remedy: string | null;
        readonly device: string | null;
        readonly version: string | null;
        readonly stack: string;
        /** How it carries out each precision; empty where it is not available. */
        readonly precisions: Readonly<Record<string, PrecisionSupport>>;
        readonly operatorDomains: readonly string[];
        readonly usesGraph: boolean;
      }
    >
  >;
}

/** Measures what this machine can do at most with one backend. */
export interface CeilingsJob extends Job {
  readonly backend: string;
  readonly threads: number;
  readonly timing: CeilingTiming;
  /** An empty folder for models. */
  readonly workFolder: string;
}

export type CeilingsAnswer =
  | {
      readonly available: true;
      readonly device: string;
      readonly stack: string;
      readonly version: string;
      /** How the backend says that it carries out each precision. */
      readonly precisions: Readonly<Record<string, string>>;
      readonly ceilings: readonly Ceiling[];
    }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** Finds out what took effect, and takes accuracy and fidelity: everything that must not run in a measured process. */
export interface ProofJob extends Job {
  readonly case: PlannedCase;
  /** With the models that the case loads. */
  readonly workload: PreparedWorkload;
  /** With the models as they are in their files: what fidelity is taken against. */
  readonly source: PreparedWorkload;
  /** How the models were made; null: they are as they are. */
  readonly variant: VariantRecord | null;
  readonly policy: Policy;
  /** An empty folder for dumps and profiles; the runner removes it. */
  readonly workFolder: string;
}

export interface ProofAnswer {
  readonly proof: Proof;
  /** Neither the engine nor our passes find anything to fuse: all values of fusion are the same, and a case that asks for `off` is skipped. */
  readonly nothingToFuse: boolean;
}

/** Measures one round of one case. */
export interface RoundJob extends Job {
  readonly case: PlannedCase;
  readonly workload: PreparedWorkload;
  /** How the models of the workload were made; null: they are as they are in their files. */
  readonly variant: VariantRecord | null;
  readonly policy: Policy;
  readonly seed: number;
  /** Monotonic seconds at which this sitting of the run started. */
  readonly origin: number;
  /** Absolute path of the segment file for the samples. */
  readonly samplesFile: string;
  readonly pageCache: 'cold' | 'warm' | 'unknown';
}

export interface RoundAnswer {
  readonly measured: Measured;
}

/** Works out what memory the graph of a workload's model needs. */
export interface MemoryJob extends Job {
  readonly workload: PreparedWorkload;
  readonly batchSizes: readonly number[];
}

export interface MemoryAnswer {
  readonly weightBytes: number;
  /** The most that values need at one time, for each of the batch sizes. */
  readonly valueBytes: readonly number[];
}

/** What was there when a process failed. */
export interface FailureScene {
  /** Memory as the process found it, right after what failed; null: it could not say. */
  readonly host: HostMemory | null;
  /** Processes that the kernel killed for want of memory meanwhile; null: nobody counts them. */
  readonly memoryKills: number | null;
}

/** A line that a process of ours writes to stdout; anything else on stdout is not ours. */
export type Message<Answer> =
  | { readonly dyno: 'answer'; readonly answer: Answer }
  | { readonly dyno: 'error'; readonly code: string; readonly message: string; readonly host?: HostMemory };

/** How a process of ours ended: with its answer, or with the cause why there is none. */
export type Outcome<Answer> = { readonly answer: Answer } | { readonly cause: Cause; readonly scene?: FailureScene };
