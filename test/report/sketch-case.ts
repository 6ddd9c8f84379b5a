import type { Distribution } from '../../src/analysis/distribution.ts';
import type { CaseTelemetry } from '../../src/analysis/telemetry.ts';
import type { Cause, Reason } from '../../src/results/events.ts';
import type { Case, LatencySummary, Round } from '../../src/results/run.ts';
import { ecdfPoints } from '../../src/stats/ecdf.ts';
import { percentile } from '../../src/stats/percentile.ts';
import { generator, uniform } from '../../src/stats/random.ts';

/** What a case of a fixture is; everything else follows from it. Times in seconds. */
export interface CaseSketch {
  readonly workload: string;
  readonly batchSize: number;
  readonly fusion?: string;
  readonly precision?: string;
  readonly threads?: number;
  readonly backend?: string;
  readonly scenario?: string;
  /** Median response time. */
  readonly median?: number;
  readonly queries?: number;
  readonly rounds?: number;
  readonly status?: Case['status'];
  readonly cause?: Cause | null;
  readonly skipReason?: Reason;
  readonly accuracy?: Case['accuracy'];
  readonly effectiveFusion?: string;
  readonly withinLimit?: boolean | null;
}

const notJudged: Reason = { code: 'NOT_JUDGED_YET', need: null, have: null };

/** A measured case with samples drawn from a seeded, skewed distribution, and what the charts need of it. */
export function sketchCase(
  sketch: CaseSketch,
  seed: number,
): { one: Case; distribution: Distribution | null; telemetry: CaseTelemetry | null } {
  const {
    workload,
    batchSize,
    fusion = 'on',
    precision = 'fp32',
    threads = 2,
    backend = 'ort-cpu',
    scenario = 'single_stream',
    median = 0.01,
    queries = 90,
    status = 'ok',
  } = sketch;
  const id = `${workload}/${backend}/b${batchSize}/${precision}/fusion-${fusion}/t${threads}/${scenario}`;
  const key = `key-${seed}-${id}`;
  const axes = { backend, batchSize, precision, fusion, threads, spinning: 'off' };
  const reasons: Record<string, Reason> = {};
  const measured = status === 'ok';
  const random = generator(seed);
  const sorted = Float64Array.from(
    { length: queries },
    () => median * (0.94 + 0.1 * uniform(random) + 0.35 * uniform(random) ** 14),
  ).sort();
  const summary = (path: string): LatencySummary => {
    const at = (name: string, p: number) => {
      const { value, reason } = percentile(sorted, p);
      if (reason !== null) reasons[`${path}.${name}`] = reason;
      return value;
    };
    return {
      unit: 's',
      count: queries,
      method: 'nearest rank, sorted[floor(n * p)]',
      mean: sorted.reduce((sum, value) => sum + value, 0) / queries,
      min: sorted[0] ?? null,
      max: sorted[queries - 1] ?? null,
      p50: at('p50', 0.5),
      p90: at('p90', 0.9),
      p95: at('p95', 0.95),
      p99: at('p99', 0.99),
      p999: at('p999', 0.999),
    };
  };
  const offline = scenario === 'offline';
  const latency = measured && !offline ? summary('latency') : null;
  if (measured && offline) reasons.latency = { code: 'NOT_DEFINED_OFFLINE', need: null, have: null };
  const rate = measured ? batchSize / median : null;
  const roundCount = sketch.rounds ?? 1;
  if (measured && roundCount < 2) reasons['throughput.ci95'] = { code: 'ONE_ROUND', need: 2, have: 1 };
  for (const family of ['load', 'steadyState', 'telemetry', 'energy', 'accuracy', 'configuration'])
    reasons[`verdicts.${family}`] = notJudged;
  reasons.energy = { code: 'NO_POWER_SENSOR', need: null, have: null };
  reasons['memory.peakDeviceBytes'] = { code: 'NO_DEVICE', need: null, have: null };
  if (sketch.accuracy === undefined) reasons.accuracy = { code: 'RANDOM_WEIGHTS', need: null, have: null };
  if (sketch.skipReason !== undefined) reasons.status = sketch.skipReason;
  if (sketch.effectiveFusion !== undefined && sketch.effectiveFusion !== fusion)
    reasons['effective.fusion'] = { code: 'NOT_IN_EFFECT', need: fusion, have: sketch.effectiveFusion };
  const peak = (90 + 10 * batchSize + 40 * median * 1000 * (fusion === 'on' ? 0.1 : 0.14)) * 2 ** 20;
  const roundMedians = Array.from({ length: roundCount }, () => median * (0.98 + 0.04 * uniform(random)));
  const rounds: Round[] = measured
    ? Array.from({ length: roundCount }, (_, round) => ({
        arm: 'only',
        round,
        order: seed % 97,
        seed: 1000 + seed + round,
        status: 'ok',
        samples: { file: `samples/${seed}-${round}.parquet`, rows: queries, sha256: 'ab'.repeat(32) },
        telemetry: null,
        summary: {
          queries,
          p50: roundMedians[round] ?? median,
          p90: median * 1.1,
          mean: median,
          throughput: batchSize / (roundMedians[round] ?? median),
          windowSeconds: queries * median,
          windowStart: seed,
          distinctItems: 64,
          clockRatioError: 0,
          rssBeforeLoadBytes: 90e6,
          peakRssBytes: peak,
          energy: null,
        },
      }))
    : [];
  const one: Case = {
    id,
    key,
    workload,
    model: {
      name: workload,
      sha256: 'cd'.repeat(32),
      bytes: 102_400_000,
      weights: 'random',
      parameters: 25_557_032,
      multiplyAdds: 4_089_184_256,
      source: 'built',
      licence: null,
    },
    data: { sha256: 'da'.repeat(32), items: 9 },
    backend,
    stack: 'ort-cpu',
    axes,
    scenario: { kind: scenario },
    scope: 'request',
    profile: 'local',
    provenance: 'measured',
    status,
    cause: sketch.cause ?? null,
    latency,
    serviceLatency: measured ? summary('serviceLatency') : null,
    issueDelay: null,
    stages: measured
      ? {
          preprocess: { unit: 's', mean: median * 0.22, p50: median * 0.2, share: 0.22 },
          inference: { unit: 's', mean: median * 0.77, p50: median * 0.75, share: 0.77 },
          postprocess: { unit: 's', mean: median * 0.01, p50: median * 0.01, share: 0.01 },
        }
      : { preprocess: null, inference: null, postprocess: null },
    throughput:
      rate === null ? null : { unit: 'items/s', value: rate, ci95: roundCount < 2 ? null : [rate * 0.96, rate * 1.04] },
    coldStart: measured ? { loadSeconds: 0.05 + median, firstInferenceSeconds: median * 3, pageCache: 'warm' } : null,
    memory: { peakRssBytes: measured ? peak : null, peakDeviceBytes: null },
    cpu: {
      coresUsed: measured ? threads * 0.96 : null,
      voluntarySwitchesPerQuery: null,
      involuntarySwitchesPerQuery: null,
    },
    energy: null,
    accuracy: sketch.accuracy ?? null,
    fidelity: measured ? { cosine: 1, sqnrDb: null, items: 16, reference: 'fp32, fusion off' } : null,
    requested: axes,
    effective: measured
      ? {
          backend: { value: backend, evidence: 'session metadata' },
          batchSize: { value: batchSize, evidence: 'session metadata' },
          precision: { value: precision, evidence: 'dump' },
          fusion: { value: sketch.effectiveFusion ?? fusion, evidence: 'dump' },
          threads: { value: threads, evidence: 'threads of the process' },
          spinning: { value: 'off', evidence: 'unverified' },
        }
      : {},
    operators: measured ? { Conv: 53, FusedConv: 33 } : null,
    overhead: null,
    rounds,
    verdicts: {
      load: null,
      client: null,
      steadyState: null,
      telemetry: null,
      energy: null,
      accuracy: null,
      configuration: null,
      integrity: null,
    },
    withinLimit: sketch.withinLimit ?? null,
    reasons,
  };
  if (!measured) return { one, distribution: null, telemetry: null };
  const points = ecdfPoints(sorted, 400);
  const window = Math.max(2, queries * median);
  const ticks = Math.min(120, Math.max(6, Math.floor(window * 10)));
  const seconds = Array.from({ length: ticks }, (_, tick) => (tick * window) / ticks);
  return {
    one,
    distribution: {
      count: queries,
      seconds: points.map(({ value }) => value),
      fraction: points.map(({ share }) => share),
    },
    telemetry: {
      throttling: [],
      silent: [],
      round: 0,
      series: [
        {
          name: 'processCores',
          seconds,
          mean: threads * 0.95,
          values: seconds.map((_, tick) => (tick % 37 === 20 ? null : threads * (0.9 + 0.1 * uniform(random)))),
        },
      ],
    },
  };
}
