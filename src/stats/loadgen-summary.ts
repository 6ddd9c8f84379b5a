import { earlyStoppingEstimate, mostOver, queriesUnder } from './early-stopping.ts';

/** SS single stream, MS multi stream, SV server, OF offline, as MLPerf names its scenarios. */
export type LoadgenScenario = 'SS' | 'MS' | 'SV' | 'OF';

/** A run as MLPerf LoadGen sees it. The names are those of the vectors that are exchanged, hence not in camelCase. */
export interface LoadgenRun {
  readonly scenario: LoadgenScenario;
  /** The percentile that counts, between 0 and 1. */
  readonly percentile: number;
  /** Bound of the latency at that percentile; only the server scenario has one. */
  readonly target_latency_ns: number;
  readonly min_duration_ms: number;
  readonly min_query_count: number;
  /** How long the run was, by the clock that counts for its scenario. */
  readonly duration_s: number;
  /** A latency a query, in any order; whole nanoseconds. */
  readonly latencies_ns: readonly number[];
}

/** What LoadGen 6.0.17 makes of a run, in its detail log. */
export interface LoadgenSummary {
  readonly valid: boolean;
  readonly min_duration_met: boolean;
  readonly min_queries_met: boolean;
  readonly perf_met: boolean;
  readonly early_stopping_met: boolean;
  readonly target_pct_ns: number;
  /** Early-stopping estimates at the percentile of the run (SS) and at p99 (SS) or the percentile of the run (MS). 0: too few queries, or not of this scenario. */
  readonly es_ss_ns: number;
  readonly es_ms_ns: number;
  /** Queries over the bound; 0 in scenarios that have none. */
  readonly overlatency: number;
  readonly mean_ns: number;
  readonly pcts: Readonly<Record<string, number>>;
  /** What early stopping says, in words. */
  readonly note: string;
}

/** Percentile of multi stream that LoadGen infers from single stream, whatever the percentile of the run. */
const multiStreamPercentile = 0.99;

/**
 * Judges a run as MLPerf LoadGen 6.0.17 does (github.com/mlcommons/inference, loadgen/results.cc): nearest-rank percentiles at every
 * count, early stopping with 99 % confidence and tolerance 0, valid when duration, query count, latency bound and early stopping all are
 * met. A run without queries has 0 for every figure, as there.
 */
export function loadgenSummary(run: LoadgenRun): LoadgenSummary {
  const { scenario, percentile, target_latency_ns: bound } = run;
  const sorted = Float64Array.from(run.latencies_ns).sort();
  const count = sorted.length;
  const at = (p: number): number => sorted[Math.floor(count * p)] ?? 0;
  const target = at(percentile);
  const overlatency = scenario === 'SV' ? count - countUpTo(sorted, bound) : 0;
  const stopping = earlyStopping(scenario, sorted, percentile, overlatency);
  const met = {
    min_duration_met: run.duration_s >= run.min_duration_ms / 1000,
    min_queries_met: count >= run.min_query_count,
    perf_met: scenario !== 'SV' || target <= bound,
    early_stopping_met: stopping.met,
  };
  return {
    valid: Object.values(met).every((isMet) => isMet),
    ...met,
    target_pct_ns: target,
    es_ss_ns: stopping.singleStream,
    es_ms_ns: stopping.multiStream,
    overlatency,
    mean_ns: wholeMean(run.latencies_ns),
    pcts: { 50: at(0.5), 90: at(0.9), 95: at(0.95), 97: at(0.97), 99: at(0.99), '99.9': at(0.999) },
    note: stopping.note,
  };
}

interface Stopping {
  readonly met: boolean;
  readonly singleStream: number;
  readonly multiStream: number;
  readonly note: string;
}

function earlyStopping(scenario: LoadgenScenario, sorted: Float64Array, p: number, over: number): Stopping {
  const count = sorted.length;
  const none = { singleStream: 0, multiStream: 0 };
  if (scenario === 'OF') return { met: true, ...none, note: '' };
  if (scenario === 'SV') {
    const met = mostOver(p, count) >= over;
    const missing = met ? 0 : queriesUnder(p, over) + over - count;
    const note = met
      ? `${count} queries are enough with ${over} of them over the bound.`
      : `${count} queries are too few with ${over} of them over the bound: ${missing} more would do, if all of them were under it.`;
    return { met, ...none, note };
  }
  const estimate = earlyStoppingEstimate(sorted, p);
  if (estimate === null) return { met: false, ...none, note: tooFew(p, count) };
  const note = supported(p, count, estimate);
  if (scenario === 'MS') return { met: true, singleStream: 0, multiStream: estimate.value, note };
  const inferred = earlyStoppingEstimate(sorted, multiStreamPercentile);
  return {
    met: true,
    singleStream: estimate.value,
    multiStream: inferred?.value ?? 0,
    note: `${note}\n${inferred === null ? tooFew(multiStreamPercentile, count) : supported(multiStreamPercentile, count, inferred)}`,
  };
}

function tooFew(p: number, count: number): string {
  return `${count} queries are too few for an early-stopping estimate of p${label(p)}: it takes ${queriesUnder(p, 1) + 1}.`;
}

function supported(p: number, count: number, { value, discarded }: { value: number; discarded: number }): string {
  return `${count} queries: the early-stopping estimate of p${label(p)} is ${value} ns, with the ${discarded} highest left out.`;
}

function label(p: number): string {
  return String(Number((p * 100).toPrecision(12)));
}

/** How many of the values in rising order are at most `bound`. */
function countUpTo(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((sorted[middle] ?? 0) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Mean rounded down, of whole numbers; exact also where their sum is beyond 2⁵³. */
function wholeMean(values: readonly number[]): number {
  let sum = 0n;
  let part = 0;
  for (const value of values) {
    // Flushed before the sum of doubles could lose a unit.
    if (part > 2 ** 53 - 1 - value) {
      sum += BigInt(part);
      part = 0;
    }
    part += value;
  }
  return values.length === 0 ? 0 : Number((sum + BigInt(part)) / BigInt(values.length));
}
