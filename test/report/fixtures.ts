import type { ReportInput, ReportRun } from '../../src/report/input.ts';
import type { Cause } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import { type CaseSketch, sketchCase } from './sketch-case.ts';

/** A run of the sketched cases. */
export function sketchRun(name: string, sketches: readonly CaseSketch[], changes: Partial<Run> = {}): ReportRun {
  const built = sketches.map((sketch, index) => sketchCase(sketch, index + 1));
  const cases = built.map(({ one }) => one);
  const rounds = Math.max(1, ...cases.map((one) => one.rounds.length));
  const run: Run = {
    schemaVersion: 1,
    runId: `20261121T214600Z-${name}-3f9a`,
    dynoVersion: '0.1.0',
    startedAt: '2026-11-21T21:46:00.000Z',
    finishedAt: '2026-11-21T21:49:12.000Z',
    status: cases.some(({ status }) => status === 'failed') ? 'partial' : 'complete',
    suite: { name, file: null, sha256: 'ef'.repeat(32) },
    profiles: ['local'],
    policy: {
      preset: 'default',
      rounds,
      warmup: { minQueries: 10, minSeconds: 0.5 },
      window: { minQueries: 64, minSeconds: 2, maxSeconds: 20 },
      seed: 42,
      cooldownSeconds: 0.5,
      order: 'interleaved',
      samplingHertz: 10,
      proof: true,
      accuracyItems: 1000,
      bareLoop: 'none',
      maxTimeSeconds: null,
    },
    limits: { latency: null },
    environment: {
      fingerprint: '91ab',
      host: 'host:3fa2c1',
      os: { platform: 'linux', distribution: 'Debian GNU/Linux', release: '12', kernel: '6.1.0', arch: 'x64' },
      cpu: {
        model: 'Xeon® Processor @ 2.70GHz',
        vendor: 'GenuineIntel',
        physicalCores: 2,
        logicalCores: 2,
        availableCores: 2,
        flags: ['avx2', 'avx512f', 'fma'],
        governor: null,
        maximumHertz: 2.7e9,
      },
      memory: { totalBytes: 25_275_000_000, limitBytes: 2 ** 31 },
      cgroup: { version: 2, cpuQuotaCores: null },
      virtualization: 'kvm',
      versions: { dyno: '0.1.0', node: '20.20.2', 'onnxruntime-node': '1.30.0' },
      git: { commit: '907ec43', dirty: false },
    },
    preflight: [{ check: 'load', severity: 'info', message: 'The load average is 0.12.', value: 0.12 }],
    telemetryProblems: [],
    reasons: {},
    collectors: [
      {
        name: 'process',
        available: true,
        code: null,
        reason: null,
        columns: [{ name: 'cpu_cores', unit: 'count', description: 'Cores busy.' }],
      },
      {
        name: 'power',
        available: false,
        code: 'NO_POWER_SENSOR',
        reason: 'No power sensor can be read on this machine.',
        columns: [],
      },
    ],
    command: ['bench'],
    cases,
    ...changes,
  };
  return {
    run,
    distributions: Object.fromEntries(
      built.flatMap(({ one, distribution }) => (distribution === null ? [] : [[one.key, distribution]])),
    ),
    telemetry: Object.fromEntries(
      built.flatMap(({ one, telemetry }) => (telemetry === null ? [] : [[one.key, telemetry]])),
    ),
    timelines: {},
  };
}

const digitsAccuracy = { metric: 'top1', value: 0.9915, items: 2000, reference: null };

/** Two workloads, batch 1 and 8, fusion on and off: what `npm run bench` makes. */
export function eightCases(speed = 1, rounds = 1): CaseSketch[] {
  const medians = {
    digits: { 1: [0.00031, 0.00034], 8: [0.0011, 0.0013] },
    resnet50: { 1: [0.0295, 0.0302], 8: [0.198, 0.231] },
  } as const;
  return (['digits', 'resnet50'] as const).flatMap((workload) =>
    ([1, 8] as const).flatMap((batchSize) =>
      ['on', 'off'].map((fusion, index) => ({
        workload,
        batchSize,
        fusion,
        rounds,
        median: (medians[workload][batchSize][index] ?? 1) * speed,
        queries: workload === 'digits' ? 1200 : 96,
        ...(workload === 'digits' ? { accuracy: digitsAccuracy } : {}),
      })),
    ),
  );
}

/** Two workloads × batch 1–32 × fp32, int8 × fusion on, off × 1, 2 and 4 threads, cut at 60. */
export function sixtyCases(): CaseSketch[] {
  const sketches: CaseSketch[] = [];
  for (const workload of ['resnet50', 'mobilenet-v2'])
    for (const threads of [1, 2, 4])
      for (const precision of workload === 'resnet50' ? ['fp32', 'int8'] : ['fp32'])
        for (const batchSize of [1, 2, 4, 8, 16])
          for (const fusion of ['on', 'off'])
            sketches.push({
              workload,
              threads,
              precision,
              batchSize,
              fusion,
              queries: 70,
              median:
                ((workload === 'resnet50' ? 0.05 : 0.012) * batchSize ** 0.93 * (fusion === 'on' ? 1 : 1.12)) /
                (threads ** 0.85 * (precision === 'int8' ? 2.4 : 1)),
            });
  return sketches.slice(0, 60);
}

const crash: Cause = {
  code: 'ROUND_CRASHED',
  message: 'The process of the round ended by signal SIGABRT before its window was over.',
  exitCode: null,
  signal: 'SIGABRT',
  stderrTail:
    "terminate called after throwing an instance of 'Ort::Exception'\n  what():  Non-zero status code returned while running Conv node",
};

/** Failed, skipped and interrupted cases, a setting that did not take effect, hardly any queries, an offline case. */
export function troubledCases(): CaseSketch[] {
  return [
    { workload: 'resnet50', batchSize: 1, fusion: 'on', median: 0.03, queries: 70, withinLimit: true },
    {
      workload: 'resnet50',
      batchSize: 1,
      fusion: 'off',
      median: 0.031,
      queries: 70,
      effectiveFusion: 'on',
      withinLimit: true,
    },
    { workload: 'resnet50', batchSize: 8, fusion: 'on', median: 0.2, queries: 5, withinLimit: null },
    { workload: 'resnet50', batchSize: 8, fusion: 'off', status: 'failed', cause: crash },
    {
      workload: 'resnet50',
      batchSize: 1,
      precision: 'int8',
      status: 'failed',
      cause: {
        ...crash,
        code: 'PRECISION_UNAVAILABLE',
        signal: null,
        exitCode: null,
        message: 'The backend ort-cpu does not run int8 models yet: remove int8 from the axis "precision".',
        stderrTail: '',
      },
    },
    { workload: 'resnet50', batchSize: 32, status: 'interrupted' },
    {
      workload: 'tiny-mlp',
      batchSize: 1,
      fusion: 'off',
      status: 'skipped',
      skipReason: { code: 'NOTHING_TO_FUSE', need: null, have: null },
    },
    { workload: 'resnet50', batchSize: 8, scenario: 'offline', median: 0.19, queries: 40 },
  ];
}

export function inputOf(...runs: ReportRun[]): ReportInput {
  return { runs };
}

/** Two runs of the same cases, the second with its own speed and a newer Node. */
export function twoRuns(rounds: number): ReportInput {
  const base = sketchRun('default', eightCases(1, rounds));
  const candidate = sketchRun('candidate', eightCases(0.93, rounds));
  const environment = { ...base.run.environment, versions: { ...base.run.environment.versions, node: '22.1.0' } };
  return inputOf(base, { ...candidate, run: { ...candidate.run, environment } });
}
