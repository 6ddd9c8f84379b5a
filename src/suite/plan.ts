import type { PostprocessSettings, PreprocessSettings } from '../engine/settings.ts';
import type { RequestedProfile } from './requested-profile.ts';

/**
 * The plan: the expanded, fully defaulted list of cases. Nothing in it is optional, so that what runs it has no "if it is set".
 * It is plain JSON: it is written into the first event of a run, and `--resume` reads it back.
 */
export interface Plan {
  /** Name of the suite, or of the model for `--model` (file: null). Several suites: names joined by `+`, files by `, `. */
  readonly suite: { readonly name: string; readonly file: string | null; readonly sha256: string };
  readonly workloads: readonly WorkloadRequest[];
  readonly cases: readonly PlannedCase[];
  readonly policy: Policy;
  readonly limits: Limits;
  /** What `--profile` asked for beside this machine; empty when nothing was. */
  readonly profiles: readonly RequestedProfile[];
  /** `gate` section of the suite as given; its reader is the gate. */
  readonly gate: Readonly<Record<string, unknown>> | null;
}

/** A workload as the suite asks for it: a name of the hub, or a definition of the user's own, resolved by the workloads folder. */
export interface WorkloadRequest {
  readonly name: string;
  /**
   * `hub`: a workload of that name. `own`: `definition` describes it (checked by the suite's schema, paths made absolute).
   * `operator`: `operator` does. `hub_images`: the workload that `images` names, fed with images of the user's own.
   */
  readonly kind: 'hub' | 'own' | 'operator' | 'hub_images';
  readonly definition: OwnWorkload | null;
  /** Only of the kind `operator`. */
  readonly operator?: OperatorWorkload;
  /** Only of the kind `hub_images`. */
  readonly images?: HubImages;
}

/** Images of the user's own for a workload of the hub. Paths are absolute. */
export interface HubImages {
  /** Name of the workload of the hub. */
  readonly workload: string;
  readonly folder: string;
  /** A text file with a line `file-name label-index` for each image; null: no labels. */
  readonly labels: string | null;
  /** A text file with lines `file-name<TAB>text`; null: what the images show is not known. */
  readonly truth: string | null;
}

/** A single operator of preprocessing in the place of a model. */
export interface OperatorWorkload {
  readonly operator: string;
  /** All of its parameters: values, or what they are drawn from for each query. */
  readonly parameters: Readonly<Record<string, number | string | readonly [number, number] | readonly string[]>>;
  /** Pixels of the picture that it works on. */
  readonly image: { readonly width: number; readonly height: number };
}

/** A workload of the user's own: a model, and what is fed to it. */
export interface OwnWorkload {
  readonly name: string;
  /** Absolute path of the ONNX file. */
  readonly model: string;
  /** Values of dynamic dimensions by the name that the model gives them, or whole shapes by input name. */
  readonly dimensions: Readonly<Record<string, number>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** `null`: inputs are generated from the model's own metadata. */
  readonly data: OwnData | null;
  /** What int8 takes its ranges from; left out: see `calibration` of the hub's workloads. */
  readonly calibration?: OwnCalibration;
  readonly preprocess: PreprocessSettings | null;
  readonly postprocess: PostprocessSettings;
  readonly metric: 'top1' | 'top5' | null;
}

export interface OwnData {
  /** A folder of images (one request item each), or of `.npy` files. */
  readonly kind: 'images' | 'npy';
  readonly folder: string;
  /** For `npy` with several inputs: a folder for each input by name; empty for one input. */
  readonly inputs: Readonly<Record<string, string>>;
  /** A text file with a line `file-name label-index` (or CSV with a comma) for each item; null: no labels, no accuracy. */
  readonly labels: string | null;
}

/** Data to calibrate with, of the kind of the workload's own. Paths are absolute. */
export type OwnCalibration = Omit<OwnData, 'labels'>;

/** Options of an execution provider by its own names, and Dyno's `allow_cpu_fallback`. */
export type ProviderOptions = Readonly<Record<string, string | number | boolean>>;

export interface PlannedCase {
  /** Readable and unique within the plan, such as `resnet50/ort-cpu/b8/fp32/fusion-on/t2/single_stream`. */
  readonly id: string;
  /** SHA-256 of the canonical JSON of everything that defines the case (not of the model's bytes, so that two versions of a model compare). */
  readonly key: string;
  /** Name of one of the plan's workloads. */
  readonly workload: string;
  readonly axes: Axes;
  /** What the device that it runs on asks of the backend's provider. Left out where it asks for nothing, and in the key of such a case. */
  readonly providerOptions?: ProviderOptions;
  readonly scenario: ScenarioSettings;
  readonly scope: 'request' | 'inference';
  /** Where it runs; `local` is this machine. */
  readonly profile: string;
  /** Where it is to compute: else it is skipped. Left out: wherever its backend does. */
  readonly device?: 'processor' | 'accelerator';
  /** Where the value of each axis came from. */
  readonly axisOrigins: Readonly<Record<keyof Axes, AxisOrigin>>;
  /** The case, all its rounds' processes included, is killed and failed (`TIME_LIMIT`) after this many seconds a round. */
  readonly timeLimitSeconds: number;
  /** True when the command line named the backend (`--backend`): its absence then fails the case instead of skipping it. */
  readonly backendRequired: boolean;
}

/** `profile ID`: from the adaptation of the device that the case runs on. */
export type AxisOrigin = 'suite' | 'option' | 'default' | `profile ${string}`;

/** The toggles of a case. */
export interface Axes {
  readonly backend: string;
  readonly batchSize: number;
  readonly precision: Precision;
  /** Who fuses operators: nobody, Dyno's own passes over the graph, the engine, or (`on`) both. */
  readonly fusion: 'off' | 'graph' | 'engine' | 'on';
  /** Whether the engine may change the memory layout where it fuses (`engine`). Always `plain` where it does not fuse. */
  readonly layout: 'engine' | 'plain';
  /** Whether the graph is cleaned before anything else: constants that are inputs, dead nodes, names. Always `on` where the precision is converted. */
  readonly hygiene: 'on' | 'off';
  /** Intra-op threads of the inference engine. */
  readonly threads: number;
  /** Whether idle threads of the inference engine spin. */
  readonly spinning: 'on' | 'off';
}

export type Precision = 'fp32' | 'tf32' | 'fp16' | 'bf16' | 'int8' | 'int8_dynamic';

export type ScenarioSettings =
  | { readonly kind: 'single_stream' }
  | { readonly kind: 'offline' }
  /** One query after another, driven by tinybench: for single operators. */
  | { readonly kind: 'micro' }
  /** One query at a time, of `itemsPerQuery` items (MLPerf: 8), which the engine serves in batches of the case's batch size. */
  | { readonly kind: 'multi_stream'; readonly itemsPerQuery: number }
  /**
   * Queries arrive on a schedule that does not wait for answers. `rate`: queries a second; `search`: the highest one that keeps the suite's
   * latency limit is looked for first, and measured then.
   */
  | { readonly kind: 'server'; readonly arrivals: Arrivals; readonly rate: number | 'search' }
  /** So many queries are under way at any time: the next one is scheduled when one is done. */
  | { readonly kind: 'closed_loop'; readonly concurrency: number }
  /** Queries arrive as a trace file says, `speed` times as fast. */
  | { readonly kind: 'replay'; readonly trace: Trace; readonly speed: number };

/** How the gaps between arrivals are distributed; their mean is 1 / rate. */
export type Arrivals =
  /** Exponential gaps, as in MLPerf. `normalise`: stretched so that the last arrival falls at N / rate. */
  | { readonly kind: 'poisson'; readonly normalise: boolean }
  | { readonly kind: 'constant' }
  /** Gamma-distributed gaps of shape `burstiness`: 1 is Poisson, less is more bursty. */
  | { readonly kind: 'gamma'; readonly burstiness: number }
  /** Poisson arrivals whose rate goes from `from` queries a second to the scenario's rate over `seconds`, and stays there. */
  | {
      readonly kind: 'ramp';
      readonly shape: 'linear' | 'exponential';
      readonly from: number;
      readonly seconds: number;
    };

/** A file of arrival times. The path is absolute; the contents are what defines the case. */
export interface Trace {
  readonly file: string;
  readonly sha256: string;
  readonly queries: number;
  readonly seconds: number;
}

export interface Policy {
  /** Name of the preset that the values started from. */
  readonly preset: string;
  readonly rounds: number;
  /**
   * `plateau`: goes on after the minima until the latency has become steady, at most until `maxSeconds`. `minimum`: ends at the minima. The
   * window follows without a pause.
   */
  readonly warmup: {
    readonly minQueries: number;
    readonly minSeconds: number;
    readonly maxSeconds: number;
    readonly until: 'plateau' | 'minimum';
  };
  /** A window ends when both minima are reached, or at the maximum. */
  readonly window: { readonly minQueries: number; readonly minSeconds: number; readonly maxSeconds: number };
  readonly seed: number;
  /** Pause between two rounds. */
  readonly cooldownSeconds: number;
  /** `interleaved`: every round takes all cases in a seeded shuffled order. `listed`: in the plan's order. */
  readonly order: 'interleaved' | 'listed';
  /** Hertz of the sampler process. */
  readonly samplingHertz: number;
  /** Whether the sampler pauses in blocks of the window, so that what sampling costs is measured in the run itself. */
  readonly observerBlocks: boolean;
  /** Whether accuracy, fidelity and the proof of fusion are taken (in processes of their own). */
  readonly proof: boolean;
  /** Number of held-out items that accuracy is taken on at most. */
  readonly accuracyItems: number;
  /** `interleaved`: blocks through the harness alternate with a bare loop over the same session (`suites/self/overhead.yaml`). */
  readonly bareLoop: 'none' | 'interleaved';
  /** The whole run is to end within this many seconds; null: no limit. */
  readonly maxTimeSeconds: number | null;
}

export interface Limits {
  /** A case is within the limit when this percentile of its response time is at most `seconds`; null: no limit. */
  readonly latency: { readonly percentile: 'p50' | 'p90' | 'p95' | 'p99' | 'p999'; readonly seconds: number } | null;
  /**
   * What a case's quality metric must reach: `ofReference` of the reference (the same workload at FP32 with fusion on), and `minimum` where
   * one is given. A case that does not is measured, but counts nowhere.
   */
  readonly accuracy: { readonly ofReference: number; readonly minimum: number | null };
}
