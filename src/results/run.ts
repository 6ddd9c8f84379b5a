import type { Cause, CollectorState, Environment, Finding, ModelRecord, Reason } from './events.ts';
import type { CaseSnapshot, PlanSnapshot, RequestedProfileSnapshot } from './snapshot.ts';

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
  readonly environment: Environment;
  readonly preflight: readonly Finding[];
  readonly collectors: readonly CollectorState[];
  /** Collectors that were lost on the way; `collector` null: the whole sampler. */
  readonly telemetryProblems: readonly {
    readonly collector: string | null;
    readonly code?: string;
    readonly reason: string;
  }[];
  readonly command: readonly string[];
  /** Why a null outside of the cases is null, by its path within the run, such as `environment.cpu.governor`. */
  readonly reasons: Readonly<Record<string, Reason>>;
  readonly cases: readonly Case[];
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
  /** What the queries are made of: equal hashes, equal items. */
  readonly data: { readonly sha256: string; readonly items: number } | null;
  readonly backend: string;
  readonly stack: string;
  readonly axes: PlanSnapshot['cases'][number]['axes'];
  readonly scenario: { readonly kind: string };
  readonly scope: 'request' | 'inference';
  readonly profile: string;
  /** Where the value of each axis came from; left out where the result is of a version that did not record it. */
  readonly axisOrigins?: NonNullable<CaseSnapshot['axisOrigins']>;
  readonly provenance: Provenance;
  readonly status: 'ok' | 'failed' | 'skipped' | 'interrupted';
  /** Why it failed; null unless `failed`. */
  readonly cause: Cause | null;
  /** Response time: completion − scheduled. */
  readonly latency: LatencySummary | null;
  /** completion − sent. */
  readonly serviceLatency: LatencySummary | null;
  /** sent − scheduled. */
  readonly issueDelay: LatencySummary | null;
  readonly stages: Readonly<
    Record<
      'preprocess' | 'inference' | 'postprocess',
      { readonly unit: 's'; readonly mean: number; readonly p50: number | null; readonly share: number } | null
    >
  >;
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
  /** Over the windows of all finished rounds, of the devices that have a sensor; what they draw at rest is in it. */
  readonly energy: {
    readonly joulesPerItem: number;
    readonly meanPowerWatts: number;
    /** `counter`: difference of an energy counter. `power`: integral of power samples. */
    readonly method: 'counter' | 'power' | 'both';
    /** What kinds of devices it is of: `gpu` boards, processor `package`s. Whatever is not here is not in it. */
    readonly covers: readonly ('gpu' | 'package')[];
    readonly devices: readonly {
      readonly id: string;
      readonly kind: 'gpu' | 'package';
      readonly name: string | null;
      readonly joulesPerItem: number;
      readonly meanPowerWatts: number;
      readonly method: 'counter' | 'power' | 'both';
    }[];
  } | null;
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
  readonly requested: Readonly<Record<string, string | number | boolean>>;
  readonly effective: Readonly<
    Record<string, { readonly value: string | number | boolean | null; readonly evidence: string }>
  >;
  readonly operators: Readonly<Record<string, number>> | null;
  /** Harness against bare loop, for suites that ask for it. */
  readonly overhead: {
    readonly harnessP50: number;
    readonly bareP50: number;
    readonly differenceSeconds: number;
    readonly ratio: number;
    readonly queries: number;
  } | null;
  readonly rounds: readonly Round[];
  readonly verdicts: Readonly<
    Record<
      'load' | 'steadyState' | 'telemetry' | 'energy' | 'accuracy' | 'configuration',
      'valid' | 'degraded' | 'invalid' | null
    >
  >;
  readonly withinLimit: boolean | null;
  /** Why a null is null, by its path within the case, such as `latency.p99`. Only `cause` is null without one: nothing failed. */
  readonly reasons: Readonly<Record<string, Reason>>;
}

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
  } | null;
}

/** Energy over the window of one round. */
export interface RoundEnergy {
  readonly joules: number;
  readonly meanPowerWatts: number;
  readonly devices: readonly {
    readonly id: string;
    readonly kind: 'gpu' | 'package';
    readonly name: string | null;
    readonly joules: number;
    readonly meanPowerWatts: number;
    readonly method: 'counter' | 'power';
  }[];
}
