import type { Reason } from '../results/events.ts';
import type { Measured } from '../results/snapshot.ts';
import { percentile, percentileShares } from '../stats/percentile.ts';
import type { LatencyLimit } from '../suite/probe-policy.ts';

/** The queries of a probe in the order of their completion, in seconds. */
export interface ProbeTimes {
  readonly scheduled: Float64Array;
  readonly sent: Float64Array;
  readonly completed: Float64Array;
}

export interface ProbeVerdict {
  readonly passed: boolean;
  /** Why it did not; null: it did. */
  readonly why: Reason | null;
  /** Of the limit's percentile, in seconds; null: there were too few queries. */
  readonly latency: number | null;
}

/** Queries must be answered at this part of the rate at which they came, at least: below it, they pile up. */
const leastAchieved = 0.95;

/** A client is saturated when it sends more than this part of the queries more than 1 ms late (perf_analyzer). */
const mostLate = 0.01;
const lateSeconds = 1e-3;

/** Whether a rate keeps the limit: the load was not ended early, the percentile stands and is within the limit, and answers keep up with arrivals. */
export function judgeProbe(
  times: ProbeTimes,
  { generator }: Pick<Measured, 'generator'>,
  limit: LatencyLimit,
): ProbeVerdict {
  const latencies = times.completed
    .map((completed, query) => completed - (times.scheduled[query] ?? Number.NaN))
    .sort();
  const { value: latency, reason } = percentile(latencies, percentileShares[limit.percentile]);
  const failed = (why: Reason): ProbeVerdict => ({ passed: false, why, latency });
  const { stopped = null, unserved = 0 } = generator ?? {};
  if (stopped !== null) return failed({ code: stopped, need: null, have: null });
  if (unserved > 0) return failed({ code: 'QUERIES_UNSERVED', need: 0, have: unserved });
  if (reason !== null) return failed(reason);
  if (latency > limit.seconds) {
    const late = lateShare(times);
    // What the generator could not send in time says nothing against the engine.
    return late > mostLate
      ? failed({ code: 'CLIENT_LATE', need: mostLate, have: late })
      : failed({ code: 'LATENCY_OVER_LIMIT', need: limit.seconds, have: latency });
  }
  const achieved = achievedShare(times);
  if (achieved < leastAchieved) return failed({ code: 'RATE_NOT_ACHIEVED', need: leastAchieved, have: achieved });
  return { passed: true, why: null, latency };
}

/** Response times in rising order. */
export function latenciesOf({ scheduled, completed }: ProbeTimes): Float64Array {
  return completed.map((done, query) => done - (scheduled[query] ?? Number.NaN)).sort();
}

/**
 * The rate of the answers as a share of that of the arrivals, as they were drawn: of a short window, not quite the rate asked for. Both from the first
 * to the last, so that the time of a single query does not count.
 */
function achievedShare({ scheduled, completed }: ProbeTimes): number {
  const answering = spread(completed);
  return answering > 0 ? spread(scheduled) / answering : 1;
}

function lateShare({ scheduled, sent }: ProbeTimes): number {
  const late = sent.filter((at, query) => at - (scheduled[query] ?? Number.NaN) > lateSeconds);
  return sent.length > 0 ? late.length / sent.length : 0;
}

function spread(seconds: Float64Array): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const second of seconds) {
    if (second < first) first = second;
    if (second > last) last = second;
  }
  return last - first;
}
