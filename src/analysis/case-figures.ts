import type { Case } from '../results/run.ts';
import type { Measured } from '../results/snapshot.ts';
import { meanInterval } from '../stats/interval.ts';
import { mean } from '../stats/moments.ts';
import { percentileShares, samplesNeeded } from '../stats/percentile.ts';
import { percentileOrReason, summariseLatency } from './latency-summary.ts';
import type { PooledSamples } from './pool-samples.ts';
import type { Reasons } from './reasons.ts';
import { throughputOf } from './summarise-rounds.ts';
import { wallSeconds } from './transport.ts';

/** What the figures of a case are taken from: its finished rounds, and no others. */
export interface Measurement {
  readonly pool: PooledSamples;
  readonly reports: readonly Measured[];
}

export interface FigureSettings {
  readonly scenario: Case['scenario'];
  readonly scope: Case['scope'];
  readonly bareLoop: string;
  /** Code of the reason why a case without a measurement has no figures. */
  readonly unmeasured: string;
}

export type CaseFigures = Required<
  Pick<
    Case,
    | 'latency'
    | 'serviceLatency'
    | 'queueDelay'
    | 'issueDelay'
    | 'stages'
    | 'throughput'
    | 'coldStart'
    | 'memory'
    | 'cpu'
    | 'overhead'
  >
>;

/** All figures of a case that come from its samples and the reports of its processes. */
export function caseFigures(measurement: Measurement | null, settings: FigureSettings, reasons: Reasons): CaseFigures {
  const { scenario, unmeasured } = settings;
  const peakDeviceBytes = reasons.withhold('memory.peakDeviceBytes', 'NO_DEVICE');
  if (measurement === null) {
    const none = (path: string) => reasons.withhold(path, unmeasured);
    return {
      latency: none('latency'),
      serviceLatency: none('serviceLatency'),
      queueDelay: none('queueDelay'),
      issueDelay: none('issueDelay'),
      stages: {
        preprocess: none('stages.preprocess'),
        inference: none('stages.inference'),
        postprocess: none('stages.postprocess'),
      },
      throughput: none('throughput'),
      coldStart: none('coldStart'),
      memory: { peakRssBytes: none('memory.peakRssBytes'), peakDeviceBytes },
      cpu: {
        coresUsed: none('cpu.coresUsed'),
        voluntarySwitchesPerQuery: none('cpu.voluntarySwitchesPerQuery'),
        involuntarySwitchesPerQuery: none('cpu.involuntarySwitchesPerQuery'),
      },
      overhead: none('overhead'),
    };
  }
  const { pool, reports } = measurement;
  const isOffline = scenario.kind === 'offline';
  const isAlternating = pool.rounds.some(({ hasBareLoop }) => hasBareLoop);
  return {
    // Offline schedules everything at 0: a response time, and the wait before it, would measure the length of the window.
    latency: isOffline
      ? reasons.withhold('latency', 'NOT_DEFINED_OFFLINE')
      : summariseLatency(pool.response, 'latency', reasons),
    serviceLatency: summariseLatency(pool.service, 'serviceLatency', reasons),
    queueDelay: isOffline
      ? reasons.withhold('queueDelay', 'NOT_DEFINED_OFFLINE')
      : summariseLatency(pool.queue, 'queueDelay', reasons),
    issueDelay: isOffline
      ? reasons.withhold('issueDelay', 'NOT_DEFINED_OFFLINE')
      : summariseLatency(pool.delay, 'issueDelay', reasons),
    stages: stagesOf(pool, settings.scope, reasons),
    throughput: isAlternating
      ? reasons.withhold('throughput', 'BARE_LOOP_IN_WINDOW')
      : throughputSummary(pool, scenario, reasons),
    // Of the first round: only that one may have found the model's file outside of the page cache.
    coldStart: reports[0]?.coldStart ?? reasons.withhold('coldStart', unmeasured),
    memory: { peakRssBytes: peakRss(reports, reasons), peakDeviceBytes },
    cpu: cpuOf(reports, isAlternating, reasons),
    overhead: overheadOf(pool, settings.bareLoop, reasons),
  };
}

/** Each stage's share is of the service time; what is left to 1 is the pipeline between the stages. */
function stagesOf(pool: PooledSamples, scope: Case['scope'], reasons: Reasons): Case['stages'] {
  const one = (name: 'preprocess' | 'inference' | 'postprocess') => {
    const path = `stages.${name}`;
    if (scope === 'inference' && name !== 'inference') return reasons.withhold(path, 'NOT_IN_SCOPE');
    const { mean: average } = pool[name];
    return {
      unit: 's' as const,
      mean: average,
      p50: percentileOrReason(pool[name], 'p50', `${path}.p50`, reasons),
      share: average / pool.service.mean,
    };
  };
  return { preprocess: one('preprocess'), inference: one('inference'), postprocess: one('postprocess') };
}

/**
 * Mean of the rounds, with Student's interval over them (n − 1): rounds are independent of each other, the queries of one are not.
 * Two rounds that differ much have an interval that reaches below 0, where no throughput is: it is cut off there.
 */
function throughputSummary(
  { rounds }: PooledSamples,
  scenario: Case['scenario'],
  reasons: Reasons,
): Case['throughput'] {
  const values = rounds.map((round) => throughputOf(round, scenario));
  // One query says nothing of a rate: a round of it leaves the case without, as it would be chosen by leaving it out.
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) {
    const queries = Math.min(...rounds.map((round) => round.queries));
    return reasons.withhold('throughput', 'TOO_FEW_SAMPLES', 2, queries);
  }
  const interval = meanInterval(known);
  return {
    unit: 'items/s',
    value: mean(known),
    ci95:
      interval === null
        ? reasons.withhold('throughput.ci95', 'ONE_ROUND', 2, known.length)
        : [Math.max(0, interval.low), interval.high],
  };
}

function peakRss(reports: readonly Measured[], reasons: Reasons): number | null {
  const peaks = reports.flatMap(({ memory }) => memory.peakRssBytes ?? []);
  return peaks.length > 0 ? Math.max(...peaks) : reasons.withhold('memory.peakRssBytes', 'NO_PROC');
}

/** Over all rounds together. With a bare loop in the window, nobody can tell which of the two used the CPU. */
function cpuOf(reports: readonly Measured[], isAlternating: boolean, reasons: Reasons): Case['cpu'] {
  const total = (of: (report: Measured) => number) => reports.reduce((sum, report) => sum + of(report), 0);
  const ratio = (path: string, part: (report: Measured) => number, whole: (report: Measured) => number) =>
    isAlternating ? reasons.withhold(`cpu.${path}`, 'BARE_LOOP_IN_WINDOW') : total(part) / total(whole);
  const queries = (report: Measured) => report.queries;
  return {
    coresUsed: ratio('coresUsed', ({ cpu }) => cpu.userSeconds + cpu.systemSeconds, wallSeconds),
    voluntarySwitchesPerQuery: ratio('voluntarySwitchesPerQuery', ({ cpu }) => cpu.voluntarySwitches, queries),
    involuntarySwitchesPerQuery: ratio('involuntarySwitchesPerQuery', ({ cpu }) => cpu.involuntarySwitches, queries),
  };
}

/** The harness against a bare loop over the same session, alternating in one process: medians of the service times. */
function overheadOf({ service, bare }: PooledSamples, bareLoop: string, reasons: Reasons): Case['overhead'] {
  if (bareLoop === 'none') return reasons.withhold('overhead', 'BARE_LOOP_NOT_ASKED');
  const harnessP50 = percentileOrReason(service, 'p50', 'overhead', reasons);
  const bareP50 = percentileOrReason(bare, 'p50', 'overhead', reasons);
  if (harnessP50 === null || bareP50 === null) {
    const have = Math.min(service.count, bare.count);
    return reasons.withhold('overhead', 'TOO_FEW_SAMPLES', samplesNeeded(percentileShares.p50), have);
  }
  const differenceSeconds = harnessP50 - bareP50;
  return { harnessP50, bareP50, differenceSeconds, ratio: harnessP50 / bareP50, queries: service.count };
}
