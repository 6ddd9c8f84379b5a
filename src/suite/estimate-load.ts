import type { PlannedCase, Policy, ScenarioSettings } from './plan.ts';

/** A load whose times are known before it is run. Rates are queries a second: the least and the most that it comes to. */
export interface ScheduledLoad {
  readonly lowRate: number;
  readonly highRate: number;
  /** Queries that there are at most. */
  readonly queries: number;
  /** Coefficient of variation of the gaps between arrivals: 0 is even, 1 is Poisson. */
  readonly gapVariation: number;
}

/** The schedule of a scenario; null where queries come in answer to the engine, or at a rate that is still to be found. */
export function scheduledLoad(scenario: ScenarioSettings): ScheduledLoad | null {
  if (scenario.kind === 'replay') {
    const { trace, speed } = scenario;
    const rate = (Math.max(1, trace.queries - 1) / trace.seconds) * speed;
    return { lowRate: rate, highRate: rate, queries: trace.queries, gapVariation: 0 };
  }
  if (scenario.kind !== 'server' || scenario.rate === 'search') return null;
  const { arrivals, rate } = scenario;
  const load = { lowRate: rate, highRate: rate, queries: Number.POSITIVE_INFINITY, gapVariation: 1 };
  switch (arrivals.kind) {
    case 'poisson':
      return { ...load, gapVariation: arrivals.normalise ? 0 : 1 };
    case 'constant':
      return { ...load, gapVariation: 0 };
    case 'gamma':
      return { ...load, gapVariation: 1 / Math.sqrt(arrivals.burstiness) };
    case 'ramp':
      return { ...load, lowRate: Math.min(arrivals.from, rate), highRate: Math.max(arrivals.from, rate) };
  }
}

/** Of what is drawn at random, 99 of 100 windows hold at least this many deviations below the mean. */
const deviations = 2.33;

/**
 * Samples that a round of a case has at least: the window's minimum of queries, or what arrives within its minimum of time where that is more (with
 * 99 % certainty, as arrivals are drawn); fewer where the window is over, or the trace at its end, before the minimum has come.
 */
export function samplesOfRound({ scenario }: Pick<PlannedCase, 'scenario'>, { window }: Policy): number {
  const load = scheduledLoad(scenario);
  if (load === null) return window.minQueries;
  const arrivedAfter = (seconds: number): number => {
    const expected = load.lowRate * seconds;
    return Math.max(1, Math.floor(expected - deviations * load.gapVariation * Math.sqrt(expected)));
  };
  const wanted = Math.max(window.minQueries, arrivedAfter(window.minSeconds));
  const inTime = window.minQueries > load.lowRate * window.maxSeconds ? arrivedAfter(window.maxSeconds) : wanted;
  return Math.min(wanted, inTime, load.queries);
}
