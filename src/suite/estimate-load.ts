import type { Arrivals, PlannedCase, Policy, ScenarioSettings } from './plan.ts';

/** A load whose times are known before it is run. Rates are queries a second: the least and the most that it comes to. */
export interface ScheduledLoad {
  readonly lowRate: number;
  readonly highRate: number;
  /** Queries that there are at most. */
  readonly queries: number;
  /** Coefficient of variation of the gaps between arrivals: 0 is even, 1 is Poisson. */
  readonly gapVariation: number;
  /** How many queries are expected in its first seconds: the integral of the rate. */
  readonly expectedIn: (seconds: number) => number;
  /** Seconds between two queries where they come most slowly; of a ramp from 0, the mean over so many first queries. */
  readonly longestGap: (queries: number) => number;
}

/** The schedule of a scenario; null where queries come in answer to the engine, or at a rate that is still to be found. */
export function scheduledLoad(scenario: ScenarioSettings): ScheduledLoad | null {
  if (scenario.kind === 'replay') {
    const { trace, speed } = scenario;
    // All at one moment: what warms up for it repeats them once a second.
    const rate = speed * (trace.seconds > 0 ? (trace.queries - 1) / trace.seconds : trace.queries);
    return { ...steady(rate), queries: trace.queries, gapVariation: 0 };
  }
  if (scenario.kind !== 'server' || scenario.rate === 'search') return null;
  const { arrivals, rate } = scenario;
  switch (arrivals.kind) {
    case 'poisson':
      return { ...steady(rate), gapVariation: arrivals.normalise ? 0 : 1 };
    case 'constant':
      return { ...steady(rate), gapVariation: 0 };
    case 'gamma':
      return { ...steady(rate), gapVariation: 1 / Math.sqrt(arrivals.burstiness) };
    case 'ramp':
      return {
        ...steady(rate),
        lowRate: Math.min(arrivals.from, rate),
        longestGap: (queries) =>
          arrivals.from > 0 ? 1 / Math.min(arrivals.from, rate) : gapFromNothing(arrivals, rate, queries),
        highRate: Math.max(arrivals.from, rate),
        expectedIn: (seconds) => expectedOnRamp(arrivals, rate, seconds),
      };
  }
}

function steady(rate: number): ScheduledLoad {
  return {
    lowRate: rate,
    highRate: rate,
    queries: Number.POSITIVE_INFINITY,
    gapVariation: 1,
    expectedIn: (seconds) => rate * seconds,
    longestGap: () => 1 / rate,
  };
}

function expectedOnRamp(
  { shape, from, seconds: length }: Extract<Arrivals, { kind: 'ramp' }>,
  to: number,
  seconds: number,
): number {
  const on = Math.min(seconds, length);
  const after = to * (seconds - on);
  if (on === 0) return after;
  const growth = Math.log(to / from);
  if (shape === 'linear' || growth === 0) return from * on + ((to - from) * on ** 2) / (2 * length) + after;
  return ((from * length) / growth) * Math.expm1((growth * on) / length) + after;
}

/** Mean seconds between the first queries of a linear ramp that begins at 0. */
function gapFromNothing({ seconds }: { readonly seconds: number }, rate: number, queries: number): number {
  const onRamp = (rate * seconds) / 2;
  const until = queries <= onRamp ? Math.sqrt((2 * seconds * queries) / rate) : seconds / 2 + queries / rate;
  return until / queries;
}

/** The window of a scenario under a policy: a replay lasts as long as its trace does, but no longer than windows may. */
export function windowOf(scenario: ScenarioSettings, window: Policy['window']): Policy['window'] {
  const load = scheduledLoad(scenario);
  if (scenario.kind !== 'replay' || load === null) return window;
  const length = scenario.trace.seconds / scenario.speed;
  if (length <= window.maxSeconds) return { ...window, minSeconds: length, minQueries: load.queries };
  const minQueries = Math.max(1, Math.floor(load.expectedIn(window.maxSeconds)));
  return { ...window, minSeconds: window.maxSeconds, minQueries };
}

/** Of what is drawn at random, 99 of 100 windows hold at least this many deviations below the mean. */
const deviations = 2.33;

/**
 * Samples that a round of a case has at least: the window's minimum of queries, or what arrives within its minimum of time where that is more (with
 * 99 % certainty, as arrivals are drawn); fewer where the window is over before the minimum has come. Of a replay, its whole trace, or the part
 * that its longest window is expected to take.
 */
export function samplesOfRound({ scenario }: Pick<PlannedCase, 'scenario'>, policy: Policy): number {
  const load = scheduledLoad(scenario);
  const { minQueries, minSeconds, maxSeconds } = windowOf(scenario, policy.window);
  if (load === null || scenario.kind === 'replay') return minQueries;
  const arrivedAfter = (seconds: number): number => {
    const expected = load.expectedIn(seconds);
    return Math.max(1, Math.floor(expected - deviations * load.gapVariation * Math.sqrt(expected)));
  };
  return minQueries > load.expectedIn(maxSeconds)
    ? arrivedAfter(maxSeconds)
    : Math.max(minQueries, arrivedAfter(minSeconds));
}
