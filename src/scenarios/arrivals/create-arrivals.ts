import type { ScenarioSettings } from '../../suite/plan.ts';
import type { WindowBounds } from '../window.ts';
import type { ArrivalTimes } from './arrival-times.ts';
import { constantArrivals } from './constant.ts';
import { gammaArrivals } from './gamma.ts';
import { normalisedPoissonArrivals, poissonArrivals } from './poisson.ts';
import { rampArrivals } from './ramp.ts';
import { endlessReplayArrivals, replayArrivals } from './replay.ts';

/** A scenario whose queries arrive on a schedule. */
export type ScheduledScenario = Extract<ScenarioSettings, { kind: 'server' | 'replay' }>;

export interface ArrivalsRequest {
  readonly scenario: ScheduledScenario;
  readonly seed: number;
  readonly bounds: WindowBounds;
  /** Arrivals of the trace that is replayed, in seconds; null for other scenarios. */
  readonly trace: Float64Array | null;
}

/** The schedule of a window: from its first moment on, and the same for the same seed however long the warm-up before it took. */
export function windowArrivals({ scenario, seed, bounds, trace }: ArrivalsRequest): ArrivalTimes {
  if (scenario.kind === 'replay') return replayArrivals(traceOf(trace), scenario.speed);
  const { arrivals } = scenario;
  const rate = rateOf(scenario);
  switch (arrivals.kind) {
    case 'poisson':
      if (!arrivals.normalise) return poissonArrivals(rate, seed);
      return normalisedPoissonArrivals(rate, seed, Math.max(bounds.minQueries, Math.ceil(bounds.minSeconds * rate)));
    case 'constant':
      return constantArrivals(rate);
    case 'gamma':
      return gammaArrivals(rate, arrivals.burstiness, seed);
    case 'ramp':
      return rampArrivals({ shape: arrivals.shape, from: arrivals.from, to: rate, seconds: arrivals.seconds }, seed);
  }
}

/**
 * The schedule of the warm-up before it: load of the same kind for as long as it is wanted. Before a ramp it has the rate that the ramp starts
 * from, or, where that is 0, the one that it ends at; of a trace it is the trace again and again.
 */
export function warmupArrivals({ scenario, seed, trace }: ArrivalsRequest): ArrivalTimes {
  if (scenario.kind === 'replay') return endlessReplayArrivals(traceOf(trace), scenario.speed);
  const { arrivals } = scenario;
  const rate = rateOf(scenario);
  switch (arrivals.kind) {
    case 'poisson':
      return poissonArrivals(rate, seed);
    case 'constant':
      return constantArrivals(rate);
    case 'gamma':
      return gammaArrivals(rate, arrivals.burstiness, seed);
    case 'ramp':
      return poissonArrivals(arrivals.from > 0 ? arrivals.from : rate, seed);
  }
}

function rateOf({ rate }: Extract<ScheduledScenario, { kind: 'server' }>): number {
  if (rate === 'search') throw new Error('The rate of a server scenario is found before it is measured.');
  return rate;
}

function traceOf(trace: Float64Array | null): Float64Array {
  if (trace === null) throw new Error('A replay needs the arrivals of its trace.');
  return trace;
}
