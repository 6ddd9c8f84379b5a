import { leastCoverage } from '../analysis/energy-text.ts';
import { modelBytes } from '../analysis/toggle-effects.ts';
import type { Case, ProjectedCase } from '../results/run.ts';
import { type CsvValue, csvText } from './csv-field.ts';
import type { ReportInput } from './input.ts';

/** Columns of the CSV: base units, one line a case, empty where something is not known. */
const columns: readonly (readonly [name: string, of: (one: Case) => CsvValue])[] = [
  ['id', (one) => one.id],
  ['key', (one) => one.key],
  ['workload', (one) => one.workload],
  ['model', (one) => one.model?.name],
  ['backend', (one) => one.axes.backend],
  ['stack', (one) => one.stack],
  ['profile', (one) => one.profile],
  ['provenance', (one) => one.provenance],
  ['scenario', (one) => one.scenario.kind],
  ['scope', (one) => one.scope],
  ['batch_size', (one) => one.axes.batchSize],
  ['precision', (one) => one.axes.precision],
  ['fusion', (one) => one.axes.fusion],
  ['hygiene', (one) => one.axes.hygiene],
  ['layout', (one) => one.axes.layout],
  ['threads', (one) => one.axes.threads],
  ['spinning', (one) => one.axes.spinning],
  ['precision_support', (one) => one.precisionSupport],
  ['model_bytes', (one) => modelBytes(one)],
  ['status', (one) => one.status],
  ['cause', (one) => one.cause?.code],
  ['memory_device', (one) => one.cause?.memory?.device],
  ['memory_needed_bytes', (one) => one.cause?.memory?.neededBytes],
  ['memory_free_bytes', (one) => one.cause?.memory?.freeBytes],
  ['memory_total_bytes', (one) => one.cause?.memory?.totalBytes],
  ['memory_take_batch_size', (one) => one.cause?.memory?.batchSize],
  ['queries', (one) => (one.latency ?? one.serviceLatency)?.count],
  ['latency_mean_s', (one) => one.latency?.mean],
  ['latency_p50_s', (one) => one.latency?.p50],
  ['latency_p90_s', (one) => one.latency?.p90],
  ['latency_p95_s', (one) => one.latency?.p95],
  ['latency_p99_s', (one) => one.latency?.p99],
  ['latency_p999_s', (one) => one.latency?.p999],
  ['service_p50_s', (one) => one.serviceLatency?.p50],
  ['service_p90_s', (one) => one.serviceLatency?.p90],
  ['service_p99_s', (one) => one.serviceLatency?.p99],
  ['throughput_items_per_s', (one) => one.throughput?.value],
  ['throughput_ci95_low', (one) => one.throughput?.ci95?.[0]],
  ['throughput_ci95_high', (one) => one.throughput?.ci95?.[1]],
  ['preprocess_mean_s', (one) => one.stages.preprocess?.mean],
  ['inference_mean_s', (one) => one.stages.inference?.mean],
  ['postprocess_mean_s', (one) => one.stages.postprocess?.mean],
  ['load_s', (one) => one.coldStart?.loadSeconds],
  ['first_inference_s', (one) => one.coldStart?.firstInferenceSeconds],
  ['page_cache', (one) => one.coldStart?.pageCache],
  ['peak_rss_bytes', (one) => one.memory.peakRssBytes],
  ['cores_used', (one) => one.cpu.coresUsed],
  ['energy_j_per_item', (one) => one.energy?.joulesPerItem],
  ['energy_uncertainty', (one) => one.energy?.uncertainty],
  ['energy_covers', (one) => one.energy?.covers.join(' ')],
  ['mean_power_w', (one) => one.energy?.meanPowerWatts],
  ['energy_above_idle_j_per_item', (one) => one.energy?.idleSubtracted?.joulesPerItem],
  ['idle_power_w', (one) => one.energy?.idleSubtracted?.idleWatts],
  ['idle_power_spread_w', (one) => one.energy?.idleSubtracted?.idleSpreadWatts],
  ['power_sensor_coverage', ({ energy }) => (energy === null ? null : leastCoverage(energy))],
  ['accuracy_metric', (one) => one.accuracy?.metric],
  ['accuracy', (one) => one.accuracy?.value],
  ['fidelity_cosine', (one) => one.fidelity?.cosine],
  ['within_limit', (one) => one.withinLimit],
];

/** The cases of all runs as CSV (RFC 4180), with the run's id first. */
export function casesAsCsv(input: ReportInput): string {
  const names = ['run', ...columns.map(([name]) => name)];
  const lines = input.runs.flatMap(({ run }) =>
    run.cases.map((one) => [run.runId, ...columns.map(([, of]) => of(one))]),
  );
  return csvText([names, ...lines]);
}

/** Columns of the projected cases: they have a file of their own, so that nobody sums them up with measured ones. */
const projectedColumns: readonly (readonly [name: string, of: (one: ProjectedCase) => CsvValue])[] = [
  ['id', (one) => one.id],
  ['key', (one) => one.key],
  ['workload', (one) => one.workload],
  ['profile', (one) => one.profile],
  ['stack', (one) => one.stack],
  ['provenance', (one) => one.provenance],
  ['scenario', (one) => one.scenario.kind],
  ['scope', (one) => one.scope],
  ['batch_size', (one) => one.axes.batchSize],
  ['precision', (one) => one.axes.precision],
  ['status', (one) => one.status],
  ['latency_p90_s', (one) => one.latency?.p90],
  ['latency_p90_interval90_low', (one) => one.latency?.interval90.p90[0]],
  ['latency_p90_interval90_high', (one) => one.latency?.interval90.p90[1]],
  ['throughput_items_per_s', (one) => one.throughput?.value],
  ['throughput_interval90_low', (one) => one.throughput?.interval90[0]],
  ['throughput_interval90_high', (one) => one.throughput?.interval90[1]],
  ['model_cost', (one) => one.projection.asked.cost],
  ['refused', (one) => one.cause?.code],
  ['why', (one) => one.cause?.message],
];

/** The projected cases of all runs as CSV; null where there are none. */
export function projectedAsCsv({ runs }: ReportInput): string | null {
  const names = ['run', ...projectedColumns.map(([name]) => name)];
  const lines = runs.flatMap(({ run }) =>
    (run.projected ?? []).map((one) => [run.runId, ...projectedColumns.map(([, of]) => of(one))]),
  );
  return lines.length === 0 ? null : csvText([names, ...lines]);
}
