import { DynoError } from '../kernel/errors.ts';
import type { RunEvent } from '../results/events.ts';
import type { ProjectionRecord } from '../results/projection-record.ts';
import { type Case, type ProjectedCase, verdictFamilies } from '../results/run.ts';
import { Reasons } from './reasons.ts';

/** Why a figure of a projected case is null: only a measurement would tell. */
export const notMeasured = 'NOT_MEASURED_PROJECTED';

/**
 * The projected cases of a run, from its events alone: a run that was resumed may have projected a case twice, and the last one holds. Throws
 * `EVENTS_CORRUPT` for one that stands beside a case that the run does not have.
 */
export function projectedCases(events: readonly RunEvent[], cases: readonly Case[]): ProjectedCase[] {
  const byKey = new Map(cases.map((one) => [one.key, one]));
  const records = new Map<string, ProjectionRecord>();
  for (const event of events) if (event.type === 'case.projected') records.set(event.key, event);
  return [...records.values()].map((record) => {
    const beside = byKey.get(record.beside[0] ?? '');
    if (beside === undefined) {
      throw new DynoError(
        'EVENTS_CORRUPT',
        `The events project ${record.id} beside a case ${record.beside[0]} that is not in the plan of their run. Was the log put together from two runs?`,
      );
    }
    return projectedCase(record, beside);
  });
}

function projectedCase(record: ProjectionRecord, { workload, model, axes, scenario }: Case): ProjectedCase {
  const reasons = new Reasons();
  const without = (path: string): null => reasons.withhold(path, notMeasured);
  const { asked, inputs, outcome, stack } = record;
  const isRefused = 'refused' in outcome;
  if (isRefused) reasons.withhold('status', outcome.code);
  if (stack === null) reasons.withhold('stack', 'NO_STACK_HAS_SUPPORT');
  if (model === null) reasons.withhold('model', 'WORKLOAD_NOT_PREPARED');
  const stackDecides = (axis: string): null => reasons.withhold(axis, 'STACK_DECIDES');
  // How many items an engine takes at once is its own affair where many wait.
  const isAlone = asked.scenario === null || asked.scenario === 'SingleStream';
  return {
    id: record.id,
    key: record.key,
    workload,
    model,
    variant: without('variant'),
    precisionSupport: without('precisionSupport'),
    data: without('data'),
    backend: stackDecides('backend'),
    stack,
    axes: {
      backend: stackDecides('axes.backend'),
      batchSize: isAlone ? axes.batchSize : stackDecides('axes.batchSize'),
      precision: asked.precision,
      fusion: stackDecides('axes.fusion'),
      layout: stackDecides('axes.layout'),
      hygiene: stackDecides('axes.hygiene'),
      threads: stackDecides('axes.threads'),
      spinning: stackDecides('axes.spinning'),
    },
    // The rate of the case beside it is not that of the target.
    scenario: { kind: scenario.kind },
    scope: 'inference',
    profile: record.profile,
    provenance: 'projected',
    beside: record.beside,
    status: isRefused ? 'skipped' : 'ok',
    cause: isRefused
      ? { code: outcome.code, message: outcome.refused, exitCode: null, signal: null, stderrTail: '' }
      : null,
    latency: latencyOf(outcome, reasons),
    serviceLatency: without('serviceLatency'),
    queueDelay: without('queueDelay'),
    issueDelay: without('issueDelay'),
    load: without('load'),
    observer: without('observer'),
    stages: {
      preprocess: without('stages.preprocess'),
      inference: without('stages.inference'),
      postprocess: without('stages.postprocess'),
    },
    throughput: throughputOf(outcome, reasons),
    coldStart: without('coldStart'),
    memory: { peakRssBytes: without('memory.peakRssBytes'), peakDeviceBytes: without('memory.peakDeviceBytes') },
    cpu: {
      coresUsed: without('cpu.coresUsed'),
      voluntarySwitchesPerQuery: without('cpu.voluntarySwitchesPerQuery'),
      involuntarySwitchesPerQuery: without('cpu.involuntarySwitchesPerQuery'),
    },
    energy: without('energy'),
    accuracy: without('accuracy'),
    fidelity: without('fidelity'),
    requested: { profile: record.profile, precision: asked.precision },
    effective: {},
    operators: without('operators'),
    overhead: without('overhead'),
    rounds: [],
    verdicts: Object.fromEntries(
      verdictFamilies.map((family) => [family, without(`verdicts.${family}`)]),
    ) as ProjectedCase['verdicts'],
    findings: [],
    withinLimit: without('withinLimit'),
    projection: { asked, inputs, outcome },
    reasons: reasons.all(),
  };
}

const millisecond = 1e-3;

/** Published latencies are 90th percentiles in milliseconds. */
function latencyOf(outcome: ProjectionRecord['outcome'], reasons: Reasons): ProjectedCase['latency'] {
  if ('refused' in outcome) return reasons.withhold('latency', outcome.code);
  if (outcome.unit !== 'ms (p90)') return reasons.withhold('latency', notMeasured);
  const without = (name: string): null => reasons.withhold(`latency.${name}`, notMeasured);
  return {
    unit: 's',
    count: without('count'),
    method: 'projected',
    mean: without('mean'),
    min: without('min'),
    max: without('max'),
    p50: without('p50'),
    p90: outcome.value * millisecond,
    p95: without('p95'),
    p99: without('p99'),
    p999: without('p999'),
    interval90: { p90: [outcome.low * millisecond, outcome.high * millisecond] },
  };
}

/** A query of the published scenarios holds one item. */
function throughputOf(outcome: ProjectionRecord['outcome'], reasons: Reasons): ProjectedCase['throughput'] {
  if ('refused' in outcome) return reasons.withhold('throughput', outcome.code);
  if (outcome.unit === 'ms (p90)') return reasons.withhold('throughput', notMeasured);
  return {
    unit: 'items/s',
    value: outcome.value,
    ci95: reasons.withhold('throughput.ci95', notMeasured),
    interval90: [outcome.low, outcome.high],
  };
}
