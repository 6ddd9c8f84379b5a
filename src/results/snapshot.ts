/**
 * The plan as a result keeps it: the part that the reader of a result needs, in the words of the plan. (What judges never
 * imports what plans, so the shape is stated here; the runner hands the plan over and the compiler checks that it fits.)
 */
export interface PlanSnapshot {
  readonly suite: { readonly name: string; readonly file: string | null; readonly sha256: string };
  readonly cases: readonly CaseSnapshot[];
  /** What `--profile` asked for beside this machine. Missing in results of older versions. */
  readonly profiles?: readonly RequestedProfileSnapshot[];
  readonly policy: {
    readonly preset: string;
    readonly rounds: number;
    /** `maxSeconds`, `until`: missing in results of older versions, whose warm-up ended at its minima. */
    readonly warmup: {
      readonly minQueries: number;
      readonly minSeconds: number;
      readonly maxSeconds?: number;
      readonly until?: 'plateau' | 'minimum';
    };
    readonly window: { readonly minQueries: number; readonly minSeconds: number; readonly maxSeconds: number };
    readonly seed: number;
    readonly cooldownSeconds: number;
    readonly order: string;
    readonly samplingHertz: number;
    /** Missing in results of older versions, which had none. */
    readonly observerBlocks?: boolean;
    readonly proof: boolean;
    readonly accuracyItems: number;
    readonly bareLoop: string;
    readonly maxTimeSeconds: number | null;
  };
  readonly limits: {
    readonly latency: { readonly percentile: 'p50' | 'p90' | 'p95' | 'p99' | 'p999'; readonly seconds: number } | null;
    /** Missing in results of older versions, which judged no accuracy. */
    readonly accuracy?: { readonly ofReference: number; readonly minimum: number | null };
  };
  /** What the `gate` section of the suite says of how figures are judged, as written. Missing where it says nothing of that, and in older results. */
  readonly gate?: GateRulesSnapshot;
}

/** Keys of the `gate` section that judge; what it runs, and with which variables, stays out of results. */
export interface GateRulesSnapshot {
  readonly metrics?: unknown;
  readonly alpha?: unknown;
  readonly limits?: unknown;
}

/** A profile that `--profile` asked for, and whether the cases ran on that hardware. */
export interface RequestedProfileSnapshot {
  readonly asked: string;
  readonly id: string;
  readonly name: string;
  /** Which variant an ambiguous word was taken for; left out where there was no choice. */
  readonly alias?: string;
  readonly present: boolean;
  readonly why: string;
}

/** How load arrived. Which of the keys are there depends on the kind. */
export interface ScenarioSnapshot {
  readonly kind: string;
  /** `multi_stream`. */
  readonly itemsPerQuery?: number;
  /** `server`. */
  readonly arrivals?: { readonly kind: string };
  /** `server`: queries a second, or `search`. */
  readonly rate?: number | 'search';
  /** `closed_loop`. */
  readonly concurrency?: number;
  /** `replay`. */
  readonly trace?: { readonly sha256: string; readonly queries: number; readonly seconds: number };
  readonly speed?: number;
}

export interface CaseSnapshot {
  readonly id: string;
  readonly key: string;
  readonly workload: string;
  readonly axes: {
    readonly backend: string;
    readonly batchSize: number;
    readonly precision: string;
    readonly fusion: string;
    /** Missing in results of older versions, where it followed from the fusion. */
    readonly layout?: string;
    /** Missing in results of older versions, which measured files as they are. */
    readonly hygiene?: string;
    readonly threads: number;
    readonly spinning: string;
  };
  /** What the device asks of the backend's provider, by that one's names. Left out where it asks for nothing. */
  readonly providerOptions?: Readonly<Record<string, string | number | boolean>>;
  readonly scenario: ScenarioSnapshot;
  readonly scope: 'request' | 'inference';
  readonly profile: string;
  /** Where the value of each axis came from: `suite`, `option`, `default`, `profile ID`. Missing in results of older versions. */
  readonly axisOrigins?: Readonly<Record<keyof CaseSnapshot['axes'], string>>;
  readonly stack: string;
  /** How the backend carries out the precision: `native`, `emulated`, `storage`, `none`; null: it did not say. Missing in older results. */
  readonly precisionSupport?: string | null;
}

/** What a round's process reports when its window has ended. Times are seconds, sizes bytes. */
export interface Measured {
  readonly pid: number;
  readonly queries: number;
  readonly items: number;
  /** Length of the window from its start to the completion of the last query. */
  readonly windowSeconds: number;
  /** Start of the window in `t` of the events. */
  readonly windowStart: number;
  /** `ended`: why the warm-up was over. Missing in results of older versions. */
  readonly warmup: {
    readonly queries: number;
    readonly seconds: number;
    readonly ended?: 'minimum' | 'plateau' | 'no plateau';
  };
  /** What generated the load. Missing in results of older versions. */
  readonly generator?: {
    /** `worker`: a thread of its own that spins. */
    readonly thread: 'main' | 'worker';
    readonly spins: boolean;
    /** Why the load ended before the window's bounds; null: it did not. */
    readonly stopped: 'OVER_SATURATED' | 'QUEUE_FULL' | null;
    /** Queries that were due in the window and had not been served when the drain had to end. */
    readonly unserved: number;
    /** Seed of the arrivals (independent of the one for the order of the items); null: they need none. */
    readonly seed: number | null;
    /** CPU time of the thread in the window, which `cpu` leaves out; null where it cannot be told, and `cpu` holds it. 0: no thread. */
    readonly cpuSeconds: number | null;
  };
  readonly coldStart: {
    readonly loadSeconds: number;
    readonly firstInferenceSeconds: number;
    readonly pageCache: 'cold' | 'warm' | 'unknown';
  };
  /** What tensors needed to travel to the process that computes, and back; left out where the models compute in the measured process. */
  readonly transport?: {
    /** Runs of models in the window. */
    readonly runs: number;
    /** Of all of them. */
    readonly seconds: number;
    /** What the tensors of a run needed when nothing was computed, taken after the window. */
    readonly echoSeconds: number;
    /** false: the clock of the window stood still meanwhile, and no time of a query holds it. */
    readonly inLatency: boolean;
  };
  /** Runs of models in the window by both clocks; left out where a model computes in the measured process, or its device tells no times. */
  readonly deviceTime?: {
    readonly runs: number;
    /** Of the calls, in the process that computes, until their results were there. */
    readonly insideSeconds: number;
    /** By events of the device. */
    readonly deviceSeconds: number;
  };
  readonly memory: { readonly peakRssBytes: number | null; readonly rssBeforeLoadBytes: number | null };
  readonly cpu: {
    readonly userSeconds: number;
    readonly systemSeconds: number;
    readonly voluntarySwitches: number;
    readonly involuntarySwitches: number;
  };
  readonly effective: Readonly<
    Record<string, { readonly value: string | number | boolean | null; readonly evidence: string }>
  >;
  /** Ratio of the wall clock's and the monotonic clock's lengths of the window, minus one. */
  readonly clockRatioError: number | null;
  readonly uvThreadpoolSize: number;
  /** How many different items the window used. */
  readonly distinctItems: number;
}
