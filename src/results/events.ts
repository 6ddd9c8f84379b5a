import type { MemoryShortage } from './memory-shortage.ts';
import type { PowerLimitRecord, PowerRestoration } from './power-limit.ts';
import type { CpuPowerRecord, DevicePowerRecord } from './power-settings.ts';
import type { ProjectionRecord } from './projection-record.ts';
import type { Measured, PlanSnapshot } from './snapshot.ts';
import type { TopologyAbsence, TopologyRecord } from './topology-record.ts';

/** A file that a round left behind, relative to the folder of the run. */
export interface SealedFile {
  readonly file: string;
  readonly rows: number;
  readonly sha256: string;
}

/** Why something is not there or went wrong. `need`/`have` are for people and may be null. */
export interface Reason {
  readonly code: string;
  readonly need: string | number | null;
  readonly have: string | number | null;
}

/** The cause of a failed proof or round. */
export interface Cause {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Last lines that the process wrote to stderr, redacted. */
  readonly stderrTail: string;
  /** What is known of an error like this and what to do about it; left out where nothing is. */
  readonly explanation?: {
    /** Of the list of known errors. */
    readonly code: string;
    /** What it is called where it comes from. */
    readonly title: string;
    readonly meaning: string;
    readonly remedy: string;
  };
  /** Where it failed for want of memory: what it needed, what there was and what to change. Left out elsewhere, and in older results. */
  readonly memory?: MemoryShortage;
}

/** Every event has these. `at` is ISO 8601 UTC; `t` is monotonic seconds since this sitting of the run started. */
export interface EventBase {
  readonly at: string;
  readonly t: number;
}

export type RunEvent = EventBase &
  (
    | {
        readonly type: 'run.started';
        readonly schemaVersion: number;
        readonly runId: string;
        readonly dynoVersion: string;
        readonly plan: PlanSnapshot;
        readonly environment: Environment;
        readonly preflight: readonly Finding[];
        readonly command: readonly string[];
      }
    | { readonly type: 'run.resumed'; readonly environment: Environment; readonly preflight: readonly Finding[] }
    /** A power limit was set because somebody asked for it; each sitting sets its own. */
    | ({ readonly type: 'power.limited' } & PowerLimitRecord)
    /** It was set back. A run that was killed has no such event: its guard sets the limit back and writes no results. */
    | { readonly type: 'power.restored'; readonly devices: readonly PowerRestoration[] }
    | {
        readonly type: 'sampler.started';
        readonly pid: number;
        readonly hertz: number;
        readonly collectors: readonly CollectorState[];
      }
    | {
        readonly type: 'workload.prepared';
        readonly workload: string;
        readonly model: ModelRecord;
        readonly items: number;
        readonly metric: Reason | null;
        /** Changes with what the items are made of. */
        readonly dataSha256: string;
      }
    /** What the toggles made of a workload's model before an engine loaded it; holds for every case in `keys`. */
    | { readonly type: 'variant.prepared'; readonly keys: readonly string[]; readonly variant: VariantRecord }
    /** A case on hardware that is not here; of several of one `key` the last one holds. */
    | ({ readonly type: 'case.projected' } & ProjectionRecord)
    | { readonly type: 'workload.failed'; readonly workload: string; readonly cause: Cause }
    | { readonly type: 'case.skipped'; readonly key: string; readonly reason: Reason; readonly message: string }
    | { readonly type: 'case.failed'; readonly key: string; readonly cause: Cause }
    /** One for each workload × backend × precision × fusion; holds for every case in `keys`. */
    | { readonly type: 'proof.finished'; readonly keys: readonly string[]; readonly pid: number; readonly proof: Proof }
    | { readonly type: 'proof.failed'; readonly keys: readonly string[]; readonly cause: Cause }
    | {
        readonly type: 'round.started';
        readonly key: string;
        readonly round: number;
        readonly order: number;
        readonly seed: number;
        readonly pid: number;
      }
    | {
        readonly type: 'round.finished';
        readonly key: string;
        readonly round: number;
        readonly samples: SealedFile;
        readonly telemetry: SealedFile | null;
        readonly measured: Measured;
      }
    | {
        readonly type: 'round.failed';
        readonly key: string;
        readonly round: number;
        readonly cause: Cause;
        readonly samples: SealedFile | null;
        readonly telemetry: SealedFile | null;
      }
    | {
        readonly type: 'round.interrupted';
        readonly key: string;
        readonly round: number;
        readonly samples: SealedFile | null;
        readonly telemetry: SealedFile | null;
        readonly why: string;
      }
    /** A rate that the search of a `server` case is about to try: 0 is the first one. */
    | {
        readonly type: 'probe.started';
        readonly key: string;
        readonly probe: number;
        readonly pid: number;
      }
    /**
     * One rate that the search of a `server` case tried; its samples are kept. The first tells what to begin with: one query after another
     * (`scenario`), at the rate at which they were answered.
     */
    | {
        readonly type: 'probe.finished';
        readonly key: string;
        readonly probe: number;
        readonly scenario?: 'single_stream';
        readonly rate: number;
        readonly passed: boolean;
        readonly why: Reason | null;
        readonly latency: number | null;
        readonly samples: SealedFile;
        readonly measured: Measured;
      }
    /** The search of a `server` case ended: its rounds are measured at this rate; null: no rate keeps the limit. */
    | {
        readonly type: 'search.finished';
        readonly key: string;
        readonly rate: number | null;
        readonly reason: Reason | null;
      }
    /** Sampling was shown to disturb: from here on it is done less often. */
    | {
        readonly type: 'sampler.rate';
        readonly hertz: number;
        readonly was: number;
        readonly change: number;
        readonly ci95: readonly [number, number];
      }
    /** What the devices drew before the rounds of this sitting, while nothing of ours ran. */
    | {
        readonly type: 'idle.measured';
        /** null: nothing was sampled. */
        readonly telemetry: SealedFile | null;
        readonly windowStart: number;
        readonly windowSeconds: number;
      }
    /** A collector, or the whole sampler (`collector` null), was lost: its columns end there. */
    | {
        readonly type: 'telemetry.problem';
        readonly collector: string | null;
        readonly code?: string;
        readonly reason: string;
      }
    | { readonly type: 'run.interrupted'; readonly signal: string }
    | { readonly type: 'run.finished'; readonly seconds: number }
  );

/** What a preflight check found. */
export interface Finding {
  readonly check: string;
  readonly severity: 'info' | 'warning';
  readonly message: string;
  readonly value: number | string | null;
}

export interface CollectorState {
  readonly name: string;
  readonly available: boolean;
  readonly code: string | null;
  readonly reason: string | null;
  readonly columns: readonly { readonly name: string; readonly unit: string; readonly description: string }[];
  /** Columns that stay NaN although the collector works, and why. */
  readonly missing?: readonly { readonly column: string; readonly code: string; readonly reason: string }[];
  /** The devices that its columns are of, for a collector of devices. */
  readonly devices?: readonly DeviceState[];
}

/** A device that was sampled. */
export interface DeviceState {
  /** Hash of its UUID: equal for the same device in all runs of one machine. */
  readonly id: string;
  /** Number in the names of its columns: `gpu0_power` is of the `gpu` with index 0. */
  readonly index: number;
  readonly kind: 'gpu' | 'package';
  readonly vendor: string | null;
  readonly name: string | null;
  readonly driver: string | null;
  readonly memoryBytes: number | null;
  readonly powerLimitWatts: number | null;
  /** Whether it is cut into slices (MIG): its power and memory are of the whole device then. */
  readonly isSliced: boolean | null;
  /** Whether its power is that of the whole processor package that it is in. Not there: it is not. */
  readonly includesPackage?: boolean;
  /** Whether its power or energy is worked out from something else than a sensor. Not there: it is measured. */
  readonly estimated?: boolean;
  /** What limits its power and its clocks. Left out where its tool tells nothing of that, and in results of older versions. */
  readonly power?: DevicePowerRecord;
  /** How far a reading of its power sensor may be off, ± as a share of it. Left out where nothing is known of that. */
  readonly sensorError?: number;
  /** The share of the time that its power sensor looks at. Left out where nothing is known against all of it. */
  readonly sensorCoverage?: number;
  readonly sensorSource?: string;
  readonly notes: readonly string[];
}

/** The machine and the software, redacted. `fingerprint`: hash of what must be equal for two results to be comparable. */
export interface Environment {
  readonly fingerprint: string;
  readonly host: string;
  readonly os: {
    readonly platform: string;
    readonly distribution: string | null;
    readonly release: string | null;
    readonly kernel: string;
    readonly arch: string;
  };
  readonly cpu: {
    readonly model: string | null;
    readonly vendor: string | null;
    readonly physicalCores: number | null;
    readonly logicalCores: number;
    readonly availableCores: number;
    readonly flags: readonly string[];
    readonly governor: string | null;
    readonly maximumHertz: number | null;
    /** Left out in results of older versions. */
    readonly power?: CpuPowerRecord;
  };
  readonly memory: { readonly totalBytes: number; readonly limitBytes: number | null };
  readonly cgroup: { readonly version: number | null; readonly cpuQuotaCores: number | null };
  readonly virtualization: string | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly git: { readonly commit: string | null; readonly dirty: boolean | null };
  /** How several devices are joined to each other; not part of the fingerprint. Left out in results of older versions. */
  readonly topology?: TopologyRecord | null;
  /** Why there is none; left out where there is. */
  readonly topologyAbsence?: TopologyAbsence;
}

export interface ModelRecord {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly weights: 'trained' | 'random' | 'unknown';
  readonly parameters: number | null;
  readonly multiplyAdds: number | null;
  readonly source: string;
  readonly licence: string | null;
}

/** The model that was measured, where hygiene, fusion or precision made another file of the workload's. Of a chain, all its models together. */
export interface VariantRecord {
  readonly sha256: string;
  readonly bytes: number;
  /** What was done, in order, in words for people: `hygiene`, `fusion`, `int8 static, min_max`. */
  readonly steps: readonly string[];
  /** How often each pass changed something, those included that found nothing. */
  readonly passes: Readonly<Record<string, number>>;
  /** Of these changes, the ones that joined operators which the conversion would have left apart. */
  readonly fused: number;
  readonly nodes: { readonly before: number; readonly after: number };
  /** How the precision was converted; null: it was not. */
  readonly conversion: {
    readonly method: string;
    /** Operators that compute in the precision, or for a precision that is only stored, the weights that are. */
    readonly converted: number;
    /** Those that stay in 32-bit floats, by reason. */
    readonly kept: Readonly<Record<string, number>>;
    /** Signal to noise of the weight that suffers most, in decibels; null where the method does not tell. */
    readonly worstDecibels: number | null;
    /** What the ranges were taken from; null: the method needs no data. */
    readonly calibration: {
      /** In a few words, such as `512 digits of the training split`. */
      readonly data: string;
      readonly items: number;
      readonly sha256: string;
    } | null;
  } | null;
}

/** What the proof process found out for one workload × backend × precision × fusion. */
export interface Proof {
  readonly effective: Readonly<
    Record<string, { readonly value: string | number | boolean | null; readonly evidence: string }>
  >;
  /** Operators of the optimised graph and how often each stands in it. */
  readonly operators: Readonly<Record<string, number>>;
  readonly accuracy: {
    readonly metric: string;
    readonly value: number;
    readonly items: number;
    readonly correct: number;
  } | null;
  readonly accuracyReason: Reason | null;
  readonly fidelity: {
    readonly cosine: number;
    readonly sqnrDb: number | null;
    readonly items: number;
    readonly reference: string;
  } | null;
  readonly fidelityReason: Reason | null;
  /** Whether the same input again and again is answered faster than inputs that vary. Missing in results of older versions. */
  readonly cachingAudit?: CachingAudit | null;
  readonly cachingAuditReason?: Reason | null;
  /** What taking queries down costs them. Missing in results of older versions. */
  readonly recordingAudit?: RecordingAudit | null;
  readonly recordingAuditReason?: Reason | null;
  /** What the model answered. Missing in results of older versions. */
  readonly answers?: AnswersRecord | null;
  readonly answersReason?: Reason | null;
  /** Where the time of a query goes in the graph. Missing in results of older versions. */
  readonly operatorProfile?: OperatorProfileRecord | null;
  readonly operatorProfileReason?: Reason | null;
}

/**
 * The answers to the items of the data, so short that two versions can be compared by them. What is equal is what somebody who uses the answer would
 * not tell apart: the best class, the classes of boxes and where they lie on the whole, texts; not the last bits of scores.
 */
export interface AnswersRecord {
  readonly sha256: string;
  readonly items: number;
  /**
   * Seven characters an item: three of the hash of what it was answered and a mark, two of where that lies in the image and a mark. Marks: `~` where the
   * last bits of the scores could have made another answer of it (of no weight where both versions have the mark), `?` where only one version can
   * tell so (of no weight where either has it), `.` elsewhere.
   */
  readonly codes: string;
}

/** Kernels of the optimised graph in runs of their own, which are never those that are timed. Of a chain, of a run of each of its models. */
export interface OperatorProfileRecord {
  /** Runs that the times are medians of; the first one, which is cold, is not among them. */
  readonly runs: number;
  /** The file of the profile was cut off: what is missing was not measured. */
  readonly isPartial: boolean;
  readonly nodes: readonly NodeTimeRecord[];
}

export interface NodeTimeRecord {
  /** Its name in the optimised graph. */
  readonly name: string;
  /** Its type, without the domain. */
  readonly operator: string;
  /** Such as `CPUExecutionProvider`; null: not told. */
  readonly provider: string | null;
  /** A run, all calls of its kernel together. */
  readonly seconds: number;
  readonly calls: number;
}

/** Blocks of queries that are recorded and of queries that are not in turn, in one process (the idea of MLPerf's TEST01). */
export interface RecordingAudit {
  /** Time a query with records over that without, and its 95 % interval: above 1.10 the records are a part of what is measured. */
  readonly ratio: number;
  readonly ci95: readonly [number, number];
  readonly blocks: number;
}

/** Blocks of varied inputs and of one repeated input in turn, in one process (the idea of MLPerf's TEST04). */
export interface CachingAudit {
  /** Median service time with varied inputs over that with one input, and its 95 % interval: above 1.10 something is answered from memory. */
  readonly ratio: number;
  readonly ci95: readonly [number, number];
  readonly blocks: number;
}
