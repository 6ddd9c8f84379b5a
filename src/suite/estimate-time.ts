import type { Plan, PlannedCase } from './plan.ts';

/** A span of seconds that something is expected to take. */
export interface TimeRange {
  readonly lowSeconds: number;
  readonly highSeconds: number;
}

/**
 * Nominal rates that the estimate rests on, wide enough for the CPUs of ten years: ResNet-50 ran at 47 to 85 G multiply-adds a second
 * and thread on a current server core, depending on fusion.
 */
const multiplyAddsPerThreadSecond = { slow: 25e9, fast: 100e9 };
/** A 500×375 JPEG takes about 6 ms to become a tensor. */
const preprocessSecondsPerItem = { slow: 0.01, fast: 0 };
const startSeconds = { slow: 2, fast: 0.5 };
const proofSeconds = { slow: 15, fast: 2 };

export const estimateAssumption =
  'nominal 25 to 100 G multiply-adds a second and thread, up to 10 ms an item for preprocessing, 0.5 to 2 s for a process to start, ' +
  '2 to 15 s for a proof; where the multiply-adds are not known, the window takes from its minimum to its maximum';

/**
 * Seconds of one query of a case. `multiplyAdds` is for one item; null: not known, then from nothing to as long as the window allows
 * if it is to hold its queries.
 */
export function querySeconds(planned: PlannedCase, multiplyAdds: number | null, { window }: Plan['policy']): TimeRange {
  if (multiplyAdds === null) return { lowSeconds: 0, highSeconds: window.maxSeconds / window.minQueries };
  const { batchSize, threads } = planned.axes;
  const at = (speed: 'slow' | 'fast'): number => {
    const inference = multiplyAdds / (multiplyAddsPerThreadSecond[speed] * threads);
    return batchSize * (inference + (planned.scope === 'request' ? preprocessSecondsPerItem[speed] : 0));
  };
  return { lowSeconds: at('fast'), highSeconds: at('slow') };
}

/** Seconds of all rounds of a case: processes started, warmed up and measured; the pauses between them are the plan's. */
export function caseSeconds(query: TimeRange, { rounds, warmup, window }: Plan['policy']): TimeRange {
  const round = (perQuery: number, start: number): number => {
    const warm = Math.max(warmup.minSeconds, warmup.minQueries * perQuery);
    // The query that is under way when the window closes is waited for.
    const measured = Math.min(Math.max(window.minSeconds, window.minQueries * perQuery), window.maxSeconds + perQuery);
    return start + warm + measured;
  };
  return {
    lowSeconds: rounds * round(query.lowSeconds, startSeconds.fast),
    highSeconds: rounds * round(query.highSeconds, startSeconds.slow),
  };
}

/** Seconds of the whole plan: cases, pauses, and proofs, one for each workload × backend × precision × fusion; not more than `max_time`. */
export function planSeconds(plan: Plan, cases: readonly TimeRange[]): TimeRange {
  const { policy } = plan;
  const proven = plan.cases.map(({ workload, axes }) =>
    JSON.stringify([workload, axes.backend, axes.precision, axes.fusion]),
  );
  const proofs = policy.proof ? new Set(proven).size : 0;
  const pauses = policy.cooldownSeconds * Math.max(0, policy.rounds * plan.cases.length - 1);
  const total = (pick: (range: TimeRange) => number, proof: number): number => {
    const seconds = cases.reduce((sum, range) => sum + pick(range), pauses + proofs * proof);
    return Math.min(seconds, policy.maxTimeSeconds ?? Number.POSITIVE_INFINITY);
  };
  return {
    lowSeconds: total((range) => range.lowSeconds, proofSeconds.fast),
    highSeconds: total((range) => range.highSeconds, proofSeconds.slow),
  };
}
