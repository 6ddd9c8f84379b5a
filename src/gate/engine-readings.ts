import { memoryLine } from '../analysis/memory-text.ts';
import type { Case, LatencySummary, Run } from '../results/run.ts';
import type { Figure, Reading, Readings } from './reading.ts';

/** Metrics of an engine's case that are the same in every process of a version. */
export const exactMetrics = ['model_bytes', 'operators', 'accuracy'] as const;

/**
 * What a run of an engine suite, of one round, tells: a scenario for each of its cases. Percentiles that there were too few queries for are left
 * out, as are cases that were skipped. Answers are told where the run took its proof. The figure that the gate turns on comes first: throughput where there is no response time, the median elsewhere.
 */
export function engineReadings(run: Run): Readings {
  return new Map(
    run.cases.flatMap((one): [string, Reading][] => {
      if (one.status === 'skipped') return [];
      if (one.status !== 'ok') {
        const { code = 'INTERRUPTED', message = 'the case was not measured to its end', memory } = one.cause ?? {};
        return [[one.id, { outcome: 'failed', code, message: memory === undefined ? message : memoryLine(memory) }]];
      }
      const told = one.answers == null ? {} : { answers: one.answers };
      const outputs = one.answers?.sha256 ?? null;
      return [[one.id, { outcome: 'measured', figures: figuresOf(one), outputs, ...told, stages: stagesOf(one) }]];
    }),
  );
}

function figuresOf(one: Case): Figure[] {
  const latency = latencies('latency', one.latency);
  const service = one.latency === null ? latencies('service_latency', one.serviceLatency) : [];
  const throughput = figure('throughput', one.throughput?.value, 'items/s', 'higher');
  const exact = { role: null, kind: 'exact' } as const;
  return [
    ...(latency.length === 0 ? [...throughput, ...service] : [...latency, ...throughput]),
    ...figure('peak_rss', one.memory.peakRssBytes, 'bytes', 'lower'),
    ...figure('peak_device_memory', one.memory.peakDeviceBytes, 'bytes', 'lower'),
    ...figure('energy', one.energy?.joulesPerItem, 'J/item', 'lower'),
    ...figure('load_time', one.coldStart?.loadSeconds, 's', 'lower'),
    ...figure('model_bytes', one.variant?.bytes ?? one.model?.bytes, 'bytes', 'lower', exact),
    ...figure('operators', operatorCount(one), 'count', 'lower', exact),
    ...figure('accuracy', one.accuracy?.value, 'ratio', 'higher', exact),
  ];
}

function latencies(name: string, summary: LatencySummary | null): Figure[] {
  if (summary === null) return [];
  return (['p50', 'p90', 'p99'] as const).flatMap((percentile) =>
    figure(`${name}_${percentile}`, summary[percentile], 's', 'lower'),
  );
}

function figure(
  metric: string,
  value: number | null | undefined,
  unit: string,
  better: 'lower' | 'higher',
  said: Pick<Figure, 'role' | 'kind'> = { role: null, kind: 'sampled' },
): Figure[] {
  return value === null || value === undefined ? [] : [{ metric, value, unit, better, ...said }];
}

function operatorCount({ operators }: Case): number | null {
  return operators === null ? null : Object.values(operators).reduce((sum, count) => sum + count, 0);
}

/** Seconds a query, each stage's median or else its mean. */
function stagesOf({ stages }: Case): Record<string, number> {
  return Object.fromEntries(
    Object.entries(stages).flatMap(([name, stage]) => (stage === null ? [] : [[name, stage.p50 ?? stage.mean]])),
  );
}
