import type { CaseTimeline } from '../../src/analysis/timeline.ts';
import type { ReportRun } from '../../src/report/input.ts';
import type { Reason } from '../../src/results/events.ts';
import type {
  Case,
  LatencySummary,
  SteadyState,
  Verdict,
  VerdictFamily,
  VerdictFinding,
} from '../../src/results/run.ts';
import { verdictFamilies } from '../../src/results/run.ts';
import { eightCases, sketchRun } from './fixtures.ts';

/** Fixtures of what judges say, and of load that arrives: they change cases that `sketchRun` has made. */

export const notJudged: Reason = { code: 'NO_LABELS', need: null, have: null };

export function finding(changes: Partial<VerdictFinding>): VerdictFinding {
  return {
    family: 'steadyState',
    severity: 'degraded',
    code: 'DRIFTING_UP',
    need: 0.05,
    have: 0.08,
    round: 0,
    message: 'The latency rises by 8 % over the window.',
    nextStep: 'Measure longer: --set policy.window.min_duration=30s.',
    ...changes,
  };
}

/** The case with a verdict on every family: valid but for accuracy, which has nothing to judge, and for what the findings say. */
export function judged(one: Case, findings: readonly VerdictFinding[] = []): Case {
  const worst = (family: VerdictFamily): Verdict | null => {
    const of = findings.filter((found) => found.family === family).map(({ severity }) => severity);
    if (of.includes('invalid')) return 'invalid';
    if (of.includes('degraded')) return 'degraded';
    return family === 'accuracy' && one.accuracy === null ? null : 'valid';
  };
  const verdicts = Object.fromEntries(verdictFamilies.map((family) => [family, worst(family)]));
  const reasons = Object.fromEntries(Object.entries(one.reasons).filter(([path]) => !path.startsWith('verdicts.')));
  return {
    ...one,
    verdicts: verdicts as Case['verdicts'],
    findings,
    reasons: one.accuracy === null ? { ...reasons, 'verdicts.accuracy': notJudged } : reasons,
  };
}

export function changed(input: ReportRun, change: (one: Case, index: number) => Case): ReportRun {
  return { ...input, run: { ...input.run, cases: input.run.cases.map(change) } };
}

export const overSaturated = finding({
  family: 'load',
  severity: 'invalid',
  code: 'OVER_SATURATED',
  need: 0,
  have: 3.1,
  message: 'Queries pile up: the latency is that of a queue that grows.',
  nextStep: 'Ask for a lower rate, or search for the highest one that is kept: rate: search.',
});

/** Eight judged cases: the first, which is the fastest of digits but for this, is invalid; the second and the fifth drift. */
export function judgedRun(rounds = 1): ReportRun {
  return changed(sketchRun('judged', eightCases(1, rounds)), (one, index) => {
    const known = { ...one, accuracy: one.accuracy === null ? null : { ...one.accuracy, reference: 0.9923 } };
    if (index === 2) return judged(known, [overSaturated]);
    if (index === 1 || index === 4)
      return judged(known, [finding({ message: `The latency rises by ${8 + index} % over the window.` })]);
    return judged(known, [
      finding({
        severity: 'note',
        code: 'NOT_VERIFIED',
        family: 'configuration',
        message: 'Nothing shows whether spinning took effect.',
        nextStep: 'Measure with --set policy.proof=true.',
      }),
    ]);
  });
}

/** A summary around a median, with the tail that a multiple of it has. */
export function times(p50: number, tail = 1.4): LatencySummary {
  return {
    unit: 's',
    count: 3000,
    method: 'nearest rank, sorted[floor(n * p)]',
    mean: p50 * 1.05,
    min: p50 * 0.9,
    max: p50 * tail * 1.5,
    p50,
    p90: p50 * (1 + (tail - 1) / 2),
    p95: p50 * (1 + (tail - 1) / 1.5),
    p99: p50 * tail,
    p999: null,
  };
}

const sum = (...parts: LatencySummary[]): LatencySummary => {
  const of = (key: 'mean' | 'min' | 'max' | 'p50' | 'p90' | 'p95' | 'p99') =>
    parts.reduce((total, part) => total + (part[key] ?? 0), 0);
  return {
    ...times(1),
    mean: of('mean'),
    min: of('min'),
    max: of('max'),
    p50: of('p50'),
    p90: of('p90'),
    p95: of('p95'),
    p99: of('p99'),
  };
};

/** One workload under a server load of 25 %, 50 %, 90 % and 150 % of what it can do (200 queries a second), and a search. */
export function serverRun(): ReportRun {
  const rates = [50, 100, 180, 300] as const;
  const queues = [0.0001, 0.0008, 0.012, 1.9] as const;
  const base = sketchRun(
    'server',
    [...rates, 'search' as const].map(() => ({
      workload: 'resnet50',
      batchSize: 1,
      scenario: 'server',
      median: 0.005,
    })),
    { limits: { latency: { percentile: 'p99', seconds: 0.05 } } },
  );
  return changed(base, (one, index) => {
    const rate = rates[index];
    const service = times(0.005);
    const queue = times(queues[index] ?? 0.01);
    const issue = times(0.00002);
    const loaded: Case = {
      ...one,
      key: `${one.key}-${index}`,
      id: `${one.id}-${rate ?? 'search'}`,
      scenario: { kind: 'server', arrivals: { kind: 'poisson' }, rate: rate ?? 'search' },
      latency: sum(issue, queue, service),
      serviceLatency: service,
      queueDelay: queue,
      issueDelay: issue,
      throughput: { unit: 'items/s', value: Math.min(rate ?? 190, 200), ci95: null },
      load: {
        targetRate: rate ?? 190,
        scheduledRate: (rate ?? 190) * 1.003,
        completedRate: Math.min(rate ?? 190, 200),
        late: { limitSeconds: 0.001, share: 0.002, worstSeconds: 0.0034 },
        inFlight: { mean: index === 3 ? 312 : 1.2, most: index === 3 ? 640 : 9 },
        drainSeconds: index === 3 ? 3.2 : 0.006,
        unserved: index === 3 ? 17 : 0,
        overSaturation: null,
      },
      ...(rate === undefined
        ? {
            search: {
              rate: 190,
              probes: [
                { rate: 100, passed: true, why: null, seconds: 4, queries: 400, latency: 0.0071 },
                { rate: 200, passed: false, why: null, seconds: 4, queries: 800, latency: 0.081 },
                { rate: 150, passed: true, why: null, seconds: 4, queries: 600, latency: 0.012 },
                {
                  rate: 195,
                  passed: false,
                  why: { code: 'TOO_FEW_SAMPLES', need: 662, have: 500 },
                  seconds: 3,
                  queries: 500,
                  latency: null,
                },
                { rate: 190, passed: true, why: null, seconds: 4, queries: 760, latency: 0.031 },
              ],
            },
          }
        : {}),
    };
    return judged(loaded, index === 3 ? [overSaturated] : []);
  });
}

export function steady(changes: Partial<SteadyState> = {}): SteadyState {
  return {
    verdict: 'plateau',
    series: 'latency',
    buckets: 20,
    bucketSeconds: 0.5,
    variation: 0.021,
    drift: 0.004,
    trendP: 0.4,
    levelShift: null,
    plateauFromSeconds: 0,
    windowNeededSeconds: 8,
    ...changes,
  };
}

/** The run with a steady state and a warm-up for every round, and a timeline for every case; `of` says how a case stands. */
export function withSteadyStates(
  input: ReportRun,
  of: (index: number, round: number) => SteadyState | null,
): ReportRun {
  const run = changed(input, (one, index) => ({
    ...one,
    rounds: one.rounds.map((round, number) => {
      if (round.summary === null) return round;
      const warmup = { queries: 40, seconds: 1.2, ended: 'plateau' as const };
      return { ...round, summary: { ...round.summary, windowSeconds: 10, steadyState: of(index, number), warmup } };
    }),
  }));
  const timelines = Object.fromEntries(
    run.run.cases.map((one, index) => [one.key, timelineOf(one, of(index, 0)?.drift ?? 0)]),
  );
  return { ...run, timelines };
}

/** 200 stretches of a latency that changes by `drift` over the window. */
export function timelineOf(one: Case, drift: number): CaseTimeline {
  const level = one.latency?.mean ?? one.serviceLatency?.mean ?? 0.01;
  const seconds = Array.from({ length: 200 }, (_, bucket) => (bucket + 0.5) * 0.05);
  const mean = seconds.map((at) => level * (1 + drift * (at / 10 - 0.5) + 0.02 * Math.sin(at * 7)));
  return {
    round: 0,
    what: one.scenario.kind === 'offline' ? 'service' : 'response',
    windowSeconds: 10,
    seconds,
    mean,
    min: mean.map((value) => value * 0.93),
    max: mean.map((value, bucket) => value * (bucket % 37 === 5 ? 1.6 : 1.15)),
    queries: seconds.map(() => 9),
  };
}
