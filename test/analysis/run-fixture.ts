import type { SampleReader } from '../../src/analysis/scan-samples.ts';
import type { Environment, ModelRecord, Proof, RunEvent, SealedFile, VariantRecord } from '../../src/results/events.ts';
import { kindOfHarness, type QueryRecord } from '../../src/results/record.ts';
import type { Columns } from '../../src/results/segment-file.ts';
import type { CaseSnapshot, Measured, PlanSnapshot } from '../../src/results/snapshot.ts';

/** Events and samples of runs that were never measured, for tests that work out what must come of them. */

export const environment: Environment = {
  fingerprint: 'f1',
  host: 'host:00000000',
  os: { platform: 'linux', distribution: null, release: null, kernel: '6.1', arch: 'x64' },
  cpu: {
    model: 'A CPU',
    vendor: null,
    physicalCores: 1,
    logicalCores: 2,
    availableCores: 2,
    flags: ['avx2'],
    governor: null,
    maximumHertz: null,
  },
  memory: { totalBytes: 4e9, limitBytes: null },
  cgroup: { version: 2, cpuQuotaCores: null },
  virtualization: null,
  versions: { node: '20.20.2' },
  git: { commit: null, dirty: null },
};

export const model: ModelRecord = {
  name: 'digits',
  sha256: 'a'.repeat(64),
  bytes: 1000,
  weights: 'trained',
  parameters: 100,
  multiplyAdds: 1000,
  source: 'here',
  licence: null,
};

export function plannedCase(name: string, changes: Partial<CaseSnapshot> = {}): CaseSnapshot {
  return {
    id: `digits/${name}`,
    key: `key-${name}`,
    workload: 'digits',
    axes: { backend: 'ort-cpu', batchSize: 1, precision: 'fp32', fusion: 'on', threads: 2, spinning: 'off' },
    scenario: { kind: 'single_stream' },
    scope: 'request',
    profile: 'local',
    stack: 'onnxruntime',
    ...changes,
  };
}

/** The same with every axis of today, and what the backend says of the precision. */
export function toggledCase(name: string, axes: Partial<CaseSnapshot['axes']> = {}): CaseSnapshot {
  const older = plannedCase(name);
  const all = { ...older.axes, layout: 'engine', hygiene: 'on', ...axes };
  return { ...older, axes: all, precisionSupport: 'native' };
}

export function plan(cases: readonly CaseSnapshot[], changes: Partial<PlanSnapshot> = {}, rounds = 1): PlanSnapshot {
  return {
    suite: { name: 'test', file: null, sha256: 'b'.repeat(64) },
    cases,
    policy: {
      preset: 'default',
      rounds,
      warmup: { minQueries: 10, minSeconds: 0 },
      window: { minQueries: 11, minSeconds: 0, maxSeconds: 60 },
      seed: 1,
      cooldownSeconds: 0,
      order: 'interleaved',
      samplingHertz: 10,
      proof: true,
      accuracyItems: 1000,
      bareLoop: 'none',
      maxTimeSeconds: null,
    },
    limits: { latency: null },
    ...changes,
  };
}

const time = { at: '2026-11-21T21:46:00.000Z', t: 0 };

export function startedEvent(of: PlanSnapshot = plan([plannedCase('a')])): Extract<RunEvent, { type: 'run.started' }> {
  return {
    ...time,
    type: 'run.started',
    schemaVersion: 1,
    runId: 'run-1',
    dynoVersion: '0.1.0',
    plan: of,
    environment,
    preflight: [],
    command: ['bench'],
  };
}

export function preparedEvent(workload = 'digits'): RunEvent {
  return { ...time, type: 'workload.prepared', workload, model, items: 10, metric: null, dataSha256: '0' };
}

export const variant: VariantRecord = {
  sha256: 'd'.repeat(64),
  bytes: 300,
  steps: ['hygiene', 'fusion', 'int8 static, min_max'],
  passes: { hygiene: 1, 'conv-batch-normalization': 2, 'dead-code': 0 },
  fused: 2,
  nodes: { before: 12, after: 9 },
  conversion: {
    method: 'int8 static, min_max',
    converted: 4,
    kept: { 'output of the graph': 1 },
    worstDecibels: 31.5,
    calibration: { data: '512 pictures of the training split', items: 512, sha256: 'e'.repeat(64) },
  },
};

export function variantEvent(keys: readonly string[], changes: Partial<VariantRecord> = {}): RunEvent {
  return { ...time, type: 'variant.prepared', keys, variant: { ...variant, ...changes } };
}

export function proofEvent(keys: readonly string[], changes: Partial<Proof> = {}): RunEvent {
  const proof: Proof = {
    effective: {
      backend: { value: 'ort-cpu', evidence: 'profile' },
      precision: { value: 'fp32', evidence: 'dump' },
      fusion: { value: 'on', evidence: 'dump' },
      spinning: { value: 'off', evidence: 'threads of the process' },
    },
    operators: { Conv: 2 },
    accuracy: { metric: 'top1', value: 0.98, items: 1000, correct: 980 },
    accuracyReason: null,
    fidelity: { cosine: 1, sqnrDb: null, items: 100, reference: 'fp32' },
    fidelityReason: { code: 'BIT_EQUAL', need: null, have: null },
    ...changes,
  };
  return { ...time, type: 'proof.finished', keys, pid: 1, proof };
}

export function roundStarted(key: string, round = 0): RunEvent {
  return { ...time, type: 'round.started', key, round, order: round, seed: 7, pid: 2 };
}

export function roundFinished(
  key: string,
  round: number,
  samples: SealedFile,
  changes: Partial<Measured> = {},
): RunEvent {
  return {
    ...time,
    type: 'round.finished',
    key,
    round,
    samples,
    telemetry: null,
    measured: { ...measured, ...changes },
  };
}

export function runFinished(): RunEvent {
  return { ...time, at: '2026-11-21T21:47:00.000Z', type: 'run.finished', seconds: 60 };
}

export const measured: Measured = {
  pid: 2,
  queries: 20,
  items: 20,
  windowSeconds: 1,
  windowStart: 5,
  warmup: { queries: 10, seconds: 0.1 },
  coldStart: { loadSeconds: 0.5, firstInferenceSeconds: 0.1, pageCache: 'warm' },
  memory: { peakRssBytes: 1e8, rssBeforeLoadBytes: 5e7 },
  cpu: { userSeconds: 1.2, systemSeconds: 0.3, voluntarySwitches: 40, involuntarySwitches: 10 },
  effective: {
    batchSize: { value: 1, evidence: 'session metadata' },
    threads: { value: 2, evidence: 'threads of the process' },
    fusion: { value: 'on', evidence: 'unverified' },
  },
  clockRatioError: 0,
  uvThreadpoolSize: 2,
  distinctItems: 10,
};

/** A single stream of queries of these latencies in seconds: each is scheduled and sent when the one before is completed. */
export function stream(latencies: readonly number[], items = 1): QueryRecord[] {
  let now = 0;
  return latencies.map((latency, query) => {
    const sent = now;
    now += latency;
    return {
      query,
      items,
      firstItem: query % 10,
      kind: kindOfHarness,
      scheduled: sent,
      sent,
      started: sent,
      completed: now,
      preprocess: latency / 4,
      inference: latency / 2,
      postprocess: latency / 8,
    };
  });
}

/** The samples of a run in memory: what is added is read back by the file's name. */
export class Samples {
  readonly #columns = new Map<string, Columns>();

  add(file: string, records: readonly QueryRecord[]): SealedFile {
    const integers = (of: (record: QueryRecord) => number) => Int32Array.from(records, of);
    const doubles = (of: (record: QueryRecord) => number) => Float64Array.from(records, of);
    return this.addColumns(
      file,
      {
        query: integers(({ query }) => query),
        items: integers(({ items }) => items),
        first_item: integers(({ firstItem }) => firstItem),
        kind: integers(({ kind }) => kind),
        scheduled: doubles(({ scheduled }) => scheduled),
        sent: doubles(({ sent }) => sent),
        started: doubles(({ started }) => started),
        completed: doubles(({ completed }) => completed),
        preprocess: doubles(({ preprocess }) => preprocess),
        inference: doubles(({ inference }) => inference),
        postprocess: doubles(({ postprocess }) => postprocess),
      },
      records.length,
    );
  }

  addColumns(file: string, columns: Columns, rows: number): SealedFile {
    this.#columns.set(file, columns);
    return { file, rows, sha256: `sha-of-${file}` };
  }

  /** Reads them; a few rows at a time where they are read by chunks. */
  readonly read: SampleReader = {
    columns: async (file) => this.#columnsOf(file),
    chunks: (file) => inChunks(this.#columnsOf(file)),
  };

  #columnsOf({ file }: SealedFile): Columns {
    const columns = this.#columns.get(file);
    if (columns === undefined) throw new Error(`Nothing was to read ${file}.`);
    return columns;
  }
}

const rowsOfChunk = 7;

async function* inChunks(columns: Columns): AsyncGenerator<Columns> {
  const rows = Math.max(0, ...Object.values(columns).map(({ length }) => length));
  for (let start = 0; start < rows; start += rowsOfChunk) {
    yield Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, values.subarray(start, start + rowsOfChunk)]),
    );
  }
}
