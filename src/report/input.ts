import type { Reason } from '../results/events.ts';
import type { Run } from '../results/run.ts';

/** Everything that a report is drawn from: plain data, so that the same input always gives the same bytes. */
export interface ReportInput {
  readonly runs: readonly ReportRun[];
  /** Each further run against the first; empty with one run. */
  readonly comparisons: readonly RunComparison[];
}

/** One run with the series that its charts need, keyed by the key of the case. */
export interface ReportRun {
  readonly run: Run;
  readonly answers: readonly Answer[];
  readonly distributions: Readonly<Record<string, Distribution>>;
  readonly telemetry: Readonly<Record<string, CaseTelemetry>>;
}

/**
 * Empirical distribution of a case's latency, already thinned to at most a few hundred points: `fraction[i]` of all queries
 * took at most `seconds[i]`. Response time; service time of a batch in the offline scenario, which has no response time.
 */
export interface Distribution {
  readonly count: number;
  readonly seconds: readonly number[];
  readonly fraction: readonly number[];
}

/** What the sampler saw during the first finished round of a case. Times are seconds from the start of the window. */
export interface CaseTelemetry {
  readonly round: number;
  readonly series: readonly TelemetrySeries[];
}

export interface TelemetrySeries {
  /** `processCores`: cores that the measured process kept busy. `machineCores`: all of the machine. */
  readonly name: 'processCores' | 'machineCores' | 'rssBytes';
  readonly seconds: readonly number[];
  /** null where a sample could not be read: the line has a gap there. */
  readonly values: readonly (number | null)[];
}

/** What a run says of one workload. */
export interface Answer {
  readonly workload: string;
  readonly sentence: string;
  /** Key of the case that the sentence names; null when there is none. */
  readonly bestKey: string | null;
}

/** Two runs case by case: the cases that both have, and what differs around them. */
export interface RunComparison {
  /** Indices of the runs in the report. */
  readonly base: number;
  readonly candidate: number;
  readonly rows: readonly ComparedCase[];
  readonly onlyInBase: readonly string[];
  readonly onlyInCandidate: readonly string[];
  readonly environmentDifferences: readonly {
    readonly field: string;
    readonly base: string;
    readonly candidate: string;
  }[];
}

export interface ComparedCase {
  readonly key: string;
  readonly id: string;
  readonly workload: string;
  /** Median latency in seconds (response time; offline: service time of a batch). */
  readonly latency: Ratio;
  /** Throughput in items a second. */
  readonly throughput: Ratio;
}

/** candidate / base. `low` and `high` are the 95 % interval over rounds, null with one round. */
export interface Ratio {
  readonly base: number | null;
  readonly candidate: number | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: Reason | null;
}
