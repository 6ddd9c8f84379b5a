import type { Evidence, RoundEvidence } from '../../../src/analysis/verdicts/evidence.ts';
import type { WatchedDevice, WatchedMachine } from '../../../src/analysis/watched-machine.ts';
import type { Reason } from '../../../src/results/events.ts';
import type { Case, LatencySummary, LoadFigures, SteadyState } from '../../../src/results/run.ts';
import { environment, measured, model, plan, plannedCase } from '../run-fixture.ts';

/** What a case is judged by when nothing speaks against it, with changes. */
export function evidence(changes: Partial<Evidence> = {}): Evidence {
  const { policy } = plan([plannedCase('a')]);
  return {
    figures: figures(),
    reasons: { energy: { code: 'NO_POWER_SENSOR', need: null, have: null } },
    policy,
    limits: { latency: null, accuracy: { ofReference: 0.99, minimum: null } },
    environment,
    rounds: [round()],
    proof: {
      effective: {},
      operators: {},
      accuracy: null,
      accuracyReason: null,
      fidelity: null,
      fidelityReason: null,
      cachingAudit: { ratio: 1, ci95: [0.99, 1.01], blocks: 24 },
    },
    ...changes,
  };
}

const seconds: LatencySummary = {
  unit: 's',
  count: 1000,
  method: 'nearest rank',
  mean: 0.01,
  min: 0.01,
  max: 0.01,
  p50: 0.01,
  p90: 0.01,
  p95: 0.01,
  p99: 0.01,
  p999: null,
};

/** Figures of a single stream of 1,000 queries of 10 ms in 10 s. */
export function figures(changes: Partial<Case> = {}): Evidence['figures'] {
  const planned = plannedCase('a');
  return {
    ...planned,
    model,
    data: { sha256: '0', items: 10 },
    backend: planned.axes.backend,
    provenance: 'measured',
    status: 'ok',
    cause: null,
    latency: seconds,
    serviceLatency: seconds,
    issueDelay: { ...seconds, mean: 0, max: 0 },
    stages: { preprocess: null, inference: null, postprocess: null },
    throughput: { unit: 'items/s', value: 100, ci95: null },
    coldStart: null,
    memory: { peakRssBytes: null, peakDeviceBytes: null },
    cpu: { coresUsed: null, voluntarySwitchesPerQuery: null, involuntarySwitchesPerQuery: null },
    energy: null,
    accuracy: { metric: 'top1', value: 0.98, items: 1000, reference: 0.98 },
    fidelity: null,
    requested: { ...planned.axes },
    effective: {},
    operators: null,
    overhead: null,
    rounds: [],
    withinLimit: null,
    ...changes,
  };
}

/** Figures of queries that arrive on a schedule of 100 a second. */
export function served(load: Partial<LoadFigures> = {}, changes: Partial<Case> = {}): Evidence['figures'] {
  return figures({
    scenario: { kind: 'server', arrivals: { kind: 'poisson' }, rate: 100 },
    load: {
      targetRate: 100,
      scheduledRate: 100,
      completedRate: 99,
      late: { limitSeconds: 0.001, share: 0, worstSeconds: 0.0005 },
      inFlight: { mean: 1, most: 5 },
      drainSeconds: 0.01,
      unserved: 0,
      overSaturation: null,
      ...load,
    },
    ...changes,
  });
}

export const steady: SteadyState = {
  verdict: 'plateau',
  series: 'latency',
  buckets: 32,
  bucketSeconds: 0.3,
  variation: 0.01,
  drift: 0.001,
  trendP: 0.5,
  levelShift: null,
  plateauFromSeconds: 0,
  windowNeededSeconds: 5,
};

export const quiet: WatchedMachine = {
  rows: 100,
  sampledSeconds: 10,
  hertz: 10,
  longestGapSeconds: 0.1,
  busyCores: 1.5,
  stealShare: 0,
  throttled: 0,
  cpuClock: { first: 3e9, last: 3e9 },
  devices: [],
};

export function device(changes: Partial<WatchedDevice> = {}): WatchedMachine {
  const usual = { device: 'gpu0', clock: null, temperature: null, foreignProcesses: 0, throttling: [] };
  return { ...quiet, devices: [{ ...usual, ...changes }] };
}

type RoundChanges = Omit<Partial<RoundEvidence>, 'measured' | 'summary'> & {
  readonly measured?: Partial<RoundEvidence['measured']>;
  readonly summary?: Partial<RoundEvidence['summary']>;
};

/** 1,000 queries in 10 s, on 1.5 cores of its own. */
export function round({ measured: reported, summary, ...changes }: RoundChanges = {}): RoundEvidence {
  return {
    round: 0,
    measured: {
      ...measured,
      queries: 1000,
      items: 1000,
      windowSeconds: 10,
      cpu: { userSeconds: 14, systemSeconds: 1, voluntarySwitches: 0, involuntarySwitches: 0 },
      generator: { thread: 'main', spins: false, stopped: null, unserved: 0, seed: null, cpuSeconds: null },
      ...reported,
    },
    summary: {
      queries: 1000,
      p50: 0.01,
      p90: 0.01,
      mean: 0.0099,
      throughput: 100,
      windowSeconds: 10,
      windowStart: 5,
      distinctItems: 10,
      clockRatioError: 0,
      rssBeforeLoadBytes: null,
      peakRssBytes: null,
      energy: null,
      steadyState: steady,
      ...summary,
    },
    problems: [],
    watched: quiet,
    ...changes,
  };
}

/** A load generator on a thread of its own. */
export const spinning = {
  thread: 'worker',
  spins: true,
  stopped: null,
  unserved: 0,
  seed: 1,
  cpuSeconds: 10,
} as const;

/** Energy of one board, by its counter. */
export function energy(changes: Partial<NonNullable<Case['energy']>['devices'][number]> = {}): Evidence['figures'] {
  const board = {
    id: 'd0',
    kind: 'gpu' as const,
    name: 'A board',
    joulesPerItem: 1,
    meanPowerWatts: 100,
    method: 'counter' as const,
    ...changes,
  };
  return figures({
    energy: { joulesPerItem: 1, meanPowerWatts: 100, method: 'counter', covers: ['gpu'], devices: [board] },
  });
}

export function reason(code: string, need: Reason['need'] = null, have: Reason['have'] = null): Reason {
  return { code, need, have };
}
