import type { CaseEnergy, IdlePower, RoundEnergy } from './energy.ts';
import type {
  AnswersRecord,
  Cause,
  CollectorState,
  Environment,
  Finding,
  ModelRecord,
  Reason,
  VariantRecord,
} from './events.ts';
import type { OperatorTimes } from './operator-times.ts';
import type { RunPowerLimit } from './power-limit.ts';
import type { ProjectedParts } from './projected.ts';
import type { CaseSnapshot, Measured, PlanSnapshot, RequestedProfileSnapshot, ScenarioSnapshot } from './snapshot.ts';

/** Version of the format of `run.json` and `events.jsonl`. Readers upgrade what is older. */
export const schemaVersion = 1;

/** `run.json`: a pure function of the events and the samples of a run. Keys are written in the order in which they stand here. */
export interface Run {
  readonly schemaVersion: number;
  readonly runId: string;
  readonly dynoVersion: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** `complete`: every case has ended. `partial`: ended, some cases failed. `interrupted`: to be resumed. */
  readonly status: 'complete' | 'partial' | 'interrupted';
  readonly suite: PlanSnapshot['suite'];
  readonly profiles: readonly string[];
  /** What `--profile` asked for beside this machine; left out when nothing was. */
  readonly requestedProfiles?: readonly RequestedProfileSnapshot[];
  readonly policy: PlanSnapshot['policy'];
  readonly limits: PlanSnapshot['limits'];
  /** How the suite wants its figures to be judged; left out where it says nothing of that. */
  readonly gate?: NonNullable<PlanSnapshot['gate']>;
  readonly environment: Environment;
  readonly preflight: readonly Finding[];
  /** The power limit that `--power-limit` set for the run; left out where none was asked for. */
  readonly powerLimit?: RunPowerLimit;
  readonly collectors: readonly CollectorState[];
  /** Collectors that were lost on the way; `collector` null: the whole sampler. */
  readonly telemetryProblems: readonly {
    readonly collector: string | null;
    readonly code?: string;
    readonly reason: string;
  }[];
  /** What the devices drew at rest, of each sitting that measured it. Left out where none did. */
  readonly idle?: readonly IdlePower[];
  readonly command: readonly string[];
  /** What sampling the machine did to the latency, from the blocks of all measured cases together. Left out in results of older versions. */
  readonly observer?: ObserverEffect | null;
  /** Why a null outside of the cases is null, by its path within the run, such as `environment.cpu.governor`. */
  readonly reasons: Readonly<Record<string, Reason>>;
  /** What was measured, or was to be. In the file, the projected ones follow them. */
  readonly cases: readonly Case[];
  /**
   * What stands beside them of hardware that is not here; left out where nothing was asked for. In the file they are the last of `cases[]`, with
   * `provenance: projected`; whoever reads a run gets them apart, so that none is taken for a measured one.
   */
  readonly projected?: readonly ProjectedCase[];
}

export type Verdict = 'valid' | 'degraded' | 'invalid';

/** Families of figures that are judged each by itself: an energy that cannot be trusted says nothing of a latency. */
export const verdictFamilies = [
  /** The load arrived as the scenario says, long enough, and the system kept up with it. */
  'load',
  /** The load generator was on time: what was measured is the system, not the client. */
  'client',
  'steadyState',
  'telemetry',
  'energy',
  'accuracy',
  /** What was asked for took effect. */
  'configuration',
  /** Inputs varied, nothing was answered from a cache, nobody else used the device. */
  'integrity',
] as const;

export type VerdictFamily = (typeof verdictFamilies)[number];

/** One thing that speaks against a family of figures, or that is to be known of it. */
export interface VerdictFinding {
  readonly family: VerdictFamily;
  /** `note`: is to be known, changes no verdict. */
  readonly severity: 'invalid' | 'degraded' | 'note';
  readonly code: string;
  readonly need: Reason['need'];
  readonly have: Reason['have'];
  /** The round that it is of; null: of the case. */
  readonly round: number | null;
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly nextStep: string;
}

/** Of the queries of all finished rounds. Rates are queries a second. */
export interface LoadFigures {
  /** What the scenario asks for; null where load arrives in answer to the system. */
  readonly targetRate: number | null;
  /** (N − 1) / time of the last scheduled query, in a closed loop since the first; the mean of the rounds. */
  readonly scheduledRate: number | null;
  /** (N − 1) / time of the last completion; the mean of the rounds. */
  readonly completedRate: number | null;
  /** Queries that were sent later than `limitSeconds` after they were due; null offline, where all are due at the start. */
  readonly late: { readonly limitSeconds: number; readonly share: number; readonly worstSeconds: number } | null;
  /** Queries sent and not completed; the mean over time and the most of any round. */
  readonly inFlight: { readonly mean: number; readonly most: number };
  /** From the last scheduled query to the last completion, the longest of any round. */
  readonly drainSeconds: number;
  /** Queries that were due in the window and never served, because the drain had to end. */
  readonly unserved: number;
  /**
   * Whether queries piled up (M15 of the measuring rules), of the round in which they did so most clearly. null: queries are not sent on a
   * schedule, or every window was too short to tell.
   */
  readonly overSaturation: OverSaturation | null;
}

/** The fitted growth of the queries under way and of the latency over a stretch of a window. */
export interface OverSaturation {
  /** Queries a second. */
  readonly inFlightSlope: number;
  /** Seconds a second. */
  readonly latencySlope: number;
  /** Both slopes are above 0 (t test at 95 %), and the backlog took a part of the load that matters. */
  readonly significant: boolean;
  /** Length of the stretch. */
  readonly seconds: number;
}

/** The ratio of a percentile of the latency with sampling to that without, minus one, and its 95 % interval. */
export interface ObserverEffect {
  /** Blocks with and without sampling, of all rounds. */
  readonly blocks: { readonly on: number; readonly off: number };
  readonly hertz: number;
  readonly p50: { readonly change: number; readonly ci95: readonly [number, number] } | null;
  readonly p99: { readonly change: number; readonly ci95: readonly [number, number] } | null;
}

/** Every rate that was tried, in order, and the one that was found. */
export interface RateSearch {
  /** Queries a second; null when none kept the limit. */
  readonly rate: number | null;
  readonly probes: readonly {
    /** Of the first one: queries came one after another, to see at which rate to begin. */
    readonly scenario?: 'single_stream';
    readonly rate: number;
    readonly passed: boolean;
    /** Why it did not pass, or null. */
    readonly why: Reason | null;
    readonly seconds: number;
    readonly queries: number;
    /** Of the percentile that the limit is for; null where it is withheld. */
    readonly latency: number | null;
  }[];
}

/** Whether a round was steady (M14 of the measuring rules), bucket by bucket of its window. */
export interface SteadyState {
  readonly verdict: 'plateau' | 'up' | 'down' | 'none';
  /**
   * What the figures are of: the latency of a query, or, where that is steady and the pace is not, the seconds from one completion
   * to the next (`throughput`): `up` is slower in both.
   */
  readonly series: 'latency' | 'throughput';
  /** Of equally many queries each. */
  readonly buckets: number;
  /** The mean of them. */
  readonly bucketSeconds: number;
  /** Standard deviation over mean of the buckets' means. */
  readonly variation: number;
  /** Change from the first to the last bucket along the fitted line, as a share of the mean. */
  readonly drift: number;
  /** Of the Mann–Kendall test for a trend, corrected for autocorrelation. */
  readonly trendP: number;
  /** A sudden change of level (Pettitt), where there is one: when, and from how many seconds to how many. */
  readonly levelShift: {
    readonly atSeconds: number;
    readonly before: number;
    readonly after: number;
    readonly p: number;
  } | null;
  /** Where the first stretch begins that is steady to its end; null: none is. */
  readonly plateauFromSeconds: number | null;
  /** How long the window would have to be for its mean latency to be known to within 5 %, and to hold its p99 five times. */
  readonly windowNeededSeconds: number;
}

export interface LatencySummary {
  readonly unit: 's';
  readonly count: number;
  readonly method: string;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
}

export type Provenance = 'measured' | 'projected' | 'published';

export interface Case {
  readonly id: string;
  readonly key: string;
  readonly workload: string;
  readonly model: ModelRecord | null;
  /** What hygiene, fusion and precision made of the model before it was loaded; null: nothing. Left out in results of older versions. */
  readonly variant?: VariantRecord | null;
  /** How the backend carries out the precision. Left out in results of older versions. */
  readonly precisionSupport?: string | null;
  /** What the queries are made of: equal hashes, equal items. */
  readonly data: { readonly sha256: string; readonly items: number } | null;
  readonly backend: string;
  readonly stack: string;
  readonly axes: PlanSnapshot['cases'][number]['axes'];
  /** What the device asks of the backend's provider. Left out where it asks for nothing. */
  readonly providerOptions?: NonNullable<CaseSnapshot['providerOptions']>;
  readonly scenario: ScenarioSnapshot;
  readonly scope: 'request' | 'inference';
  readonly profile: string;
  /** Where the value of each axis came from; left out where the result is of a version that did not record it. */
  readonly axisOrigins?: NonNullable<CaseSnapshot['axisOrigins']>;
  readonly provenance: Exclude<Provenance, 'projected'>;
  readonly status: 'ok' | 'failed' | 'skipped' | 'interrupted';
  /** Why it failed; null unless `failed`. */
  readonly cause: Cause | null;
  /** Response time: completion − scheduled. */
  readonly latency: LatencySummary | null;
  /** completion − start of the service: what the engine takes once it has taken a query up. */
  readonly serviceLatency: LatencySummary | null;
  /** start of the service − sent: how long queries stood in the queue. Left out in results of older versions. */
  readonly queueDelay?: LatencySummary | null;
  /** sent − scheduled: how late the load generator itself was. */
  readonly issueDelay: LatencySummary | null;
  /** How the load arrived and was kept up with. Left out in results of older versions. */
  readonly load?: LoadFigures | null;
  /** What sampling the machine did to the latency, from blocks without it. Left out in results of older versions. */
  readonly observer?: ObserverEffect | null;
  /** How the rate of a `server` case was found. Left out where none was searched. */
  readonly search?: RateSearch | null;
  readonly stages: Readonly<
    Record<
      'preprocess' | 'inference' | 'postprocess',
      { readonly unit: 's'; readonly mean: number; readonly p50: number | null; readonly share: number } | null
    >
  >;
  /** Seconds a query that its tensors travel to the process that computes, and back. Left out where that is the measured process itself. */
  readonly transport?: {
    readonly unit: 's';
    readonly mean: number;
    /** The same with nothing computed: what it is checked against. */
    readonly echo: number;
    /** Of the service time with transport in it. */
    readonly share: number;
    /** Whether the times of the queries hold it. */
    readonly inLatency: boolean;
  };
  /** Seconds a query of the engine's calls, and of the device alone by its own events. Left out where the device tells no times. */
  readonly deviceTime?: {
    readonly unit: 's';
    readonly inside: number;
    readonly device: number;
    /** inside / device: 1 is a device that never waits for its engine. */
    readonly ratio: number;
  };
  readonly throughput: {
    readonly unit: 'items/s';
    readonly value: number | null;
    readonly ci95: readonly [number, number] | null;
  } | null;
  readonly coldStart: {
    readonly loadSeconds: number;
    readonly firstInferenceSeconds: number;
    readonly pageCache: string;
  } | null;
  readonly memory: { readonly peakRssBytes: number | null; readonly peakDeviceBytes: number | null };
  readonly cpu: {
    readonly coresUsed: number | null;
    readonly voluntarySwitchesPerQuery: number | null;
    readonly involuntarySwitchesPerQuery: number | null;
  };
  readonly energy: CaseEnergy | null;
  readonly accuracy: {
    readonly metric: string;
    readonly value: number;
    readonly items: number;
    readonly reference: number | null;
  } | null;
  readonly fidelity: {
    readonly cosine: number;
    readonly sqnrDb: number | null;
    readonly items: number;
    readonly reference: string;
  } | null;
  /** What the model answered, to compare versions by. Left out in results of older versions. */
  readonly answers?: AnswersRecord | null;
  readonly requested: Readonly<Record<string, string | number | boolean>>;
  readonly effective: Readonly<
    Record<string, { readonly value: string | number | boolean | null; readonly evidence: string }>
  >;
  readonly operators: Readonly<Record<string, number>> | null;
  /** Left out in results of older versions. */
  readonly operatorTimes?: OperatorTimes | null;
  /** Harness against bare loop, for suites that ask for it. */
  readonly overhead: {
    readonly harnessP50: number;
    readonly bareP50: number;
    readonly differenceSeconds: number;
    readonly ratio: number;
    readonly queries: number;
  } | null;
  readonly rounds: readonly Round[];
  readonly verdicts: Readonly<Record<VerdictFamily, Verdict | null>>;
  /** What led to the verdicts, the worst first in each family. Left out in results of older versions. */
  readonly findings?: readonly VerdictFinding[];
  readonly withinLimit: boolean | null;
  /** Why a null is null, by its path within the case, such as `latency.p99`. Only `cause` is null without one: nothing failed. */
  readonly reasons: Readonly<Record<string, Reason>>;
}

/**
 * A case that nobody has measured: computed from the cost of the model, a profile and what was published of a stack, never from a figure of the
 * run. It has the keys of a measured case; what a projection does not tell is null, with its path in `reasons`. `status` `skipped`: refused, and
 * `cause` says why and what would help. It is another type than `Case`, so that nothing that works on measured cases can be given one.
 */
export type ProjectedCase = Omit<Case, keyof ProjectedParts | 'axisOrigins'> & ProjectedParts;

/** One fresh process of a case. Interrupted and failed rounds are kept and never pooled with finished ones. */
export interface Round {
  readonly arm: string;
  readonly round: number;
  /** null when its process could not be started. */
  readonly order: number | null;
  readonly seed: number | null;
  readonly status: 'ok' | 'failed' | 'interrupted';
  readonly samples: { readonly file: string; readonly rows: number; readonly sha256: string } | null;
  readonly telemetry: { readonly file: string; readonly rows: number; readonly sha256: string } | null;
  readonly summary: {
    readonly queries: number;
    readonly p50: number | null;
    readonly p90: number | null;
    readonly mean: number | null;
    readonly throughput: number | null;
    readonly windowSeconds: number;
    readonly windowStart: number;
    /** How many different items the queries of the window held. */
    readonly distinctItems: number;
    /** How far the wall clock and the monotonic clock differ over the window, as a share of it. */
    readonly clockRatioError: number | null;
    /** Memory before the model was loaded: the harness, the engine's library and the data. */
    readonly rssBeforeLoadBytes: number | null;
    readonly peakRssBytes: number | null;
    readonly energy: RoundEnergy | null;
    /** Left out in results of older versions. */
    readonly steadyState?: SteadyState | null;
    /** Left out in results of older versions. */
    readonly warmup?: Measured['warmup'];
  } | null;
}
