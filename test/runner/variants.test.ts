import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import type { VariantSettings } from '../../src/compress/variant.ts';
import type { RunEvent, VariantRecord } from '../../src/results/events.ts';
import type { TaskOptions } from '../../src/runner/child-task.ts';
import { readHistory } from '../../src/runner/history.ts';
import type { Outcome, VariantAnswer, VariantJob } from '../../src/runner/job.ts';
import type { ReadyCase } from '../../src/runner/prepare.ts';
import type { RunContext } from '../../src/runner/run-context.ts';
import { variantSettings } from '../../src/runner/variant-settings.ts';
import { prepareVariants } from '../../src/runner/variants.ts';
import { axesOf } from '../../src/suite/axes.ts';
import type { Axes, PlannedCase } from '../../src/suite/plan.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import { plannedCase, policy } from './fixtures/plan.ts';

/** Processes that only answer what a test says. */
const machine = vi.hoisted(() => ({
  jobs: [] as VariantJob[],
  answer: (_job: VariantJob, _environment: Readonly<Record<string, string>>): unknown => null,
}));
vi.mock('../../src/runner/child-task.ts', () => ({
  runTask: async (script: string, job: VariantJob, { environment = {} }: TaskOptions) => {
    expect(script).toBe('runner/variant-process.js');
    machine.jobs.push(job);
    return machine.answer(job, environment);
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'dyno-variants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  machine.jobs = [];
  machine.answer = ({ settings }) => made(`${settings.precision} ${settings.fusion}`, 1);
});

const microsoft = { operatorDomains: ['com.microsoft'], usesGraph: true };
const probe = { available: true, reason: null, remedy: null, device: 'x', version: '1', stack: 'x', precisions: {} };

function made(sha256: string, fused: number): Outcome<VariantAnswer> {
  const record: VariantRecord = {
    sha256,
    bytes: 1,
    steps: [],
    passes: {},
    fused,
    nodes: { before: 1, after: 1 },
    conversion: null,
  };
  return { answer: { workload: workload(sha256), record } };
}

function failed(code: string): Outcome<VariantAnswer> {
  return { cause: { code, message: `because ${code}`, exitCode: 3, signal: null, stderrTail: '' } };
}

function workload(path: string): PreparedWorkload {
  return { name: 'one-node', model: { path } } as PreparedWorkload;
}

function ready(name: string, axes: Partial<Parameters<typeof axesOf>[0]> = {}): ReadyCase {
  const all = axesOf({
    backend: 'ort-cpu',
    batch_size: 1,
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    hygiene: 'auto',
    fusion: 'on',
    layout: 'auto',
    ...axes,
  });
  const source = workload('file');
  return { case: plannedCase(name, { axes: all }), workload: source, source, variant: null };
}

/** What becomes of the cases, and what is written down. */
async function prepare(
  cases: readonly ReadyCase[],
  { events = [], outOfTime = false }: { events?: readonly RunEvent[]; outOfTime?: boolean } = {},
) {
  const log: Record<string, unknown>[] = [];
  const told: string[] = [];
  const failures: string[] = [];
  const context = {
    plan: { workloads: [{ name: 'one-node', kind: 'hub', definition: null }], cases: [], policy },
    plugins: [],
    cacheFolder: '/cache',
    folder,
    signal: new AbortController().signal,
    log: { append: (event: Record<string, unknown>) => log.push(event) },
    onProgress: ({ type }: { type: string }) => told.push(type),
    fail: (what: string) => failures.push(what),
    stopped: () => failures.length > 0,
    outOfTime: () => outOfTime,
  } as unknown as RunContext;
  const probes = {
    'ort-cpu': { ...probe, ...microsoft },
    null: { ...probe, operatorDomains: [], usesGraph: false },
  };
  const measurable = await prepareVariants(context, readHistory(events), cases, probes);
  return {
    log: log.map(({ type, key, keys, reason, cause }) => {
      const { code } = (reason ?? cause ?? {}) as { code?: string };
      return [type, key ?? keys, ...(code === undefined ? [] : [code])];
    }),
    told,
    failures,
    loaded: Object.fromEntries(measurable.map((one) => [one.case.key, one.workload.model.path])),
    measurable,
  };
}

test('a variant is asked for where a toggle changes the file, with operators of the engine only where it alone will see them', () => {
  const asked = (axes: Partial<Axes>, backend = microsoft): VariantSettings | null =>
    variantSettings({ precision: 'fp32', hygiene: 'off', fusion: 'off', ...axes }, backend);
  expect(asked({})).toBeNull();
  expect(asked({ fusion: 'engine' })).toBeNull();
  expect(asked({ hygiene: 'on' })).toEqual({ precision: 'fp32', hygiene: 'on', fusion: false, domains: [] });
  const fused = { precision: 'fp32', hygiene: 'on', fusion: true };
  expect(asked({ fusion: 'graph', hygiene: 'on' })).toEqual({ ...fused, domains: ['com.microsoft'] });
  expect(asked({ fusion: 'on', hygiene: 'on' })).toEqual({ ...fused, domains: [] });
  expect(asked({ fusion: 'graph', hygiene: 'on', precision: 'int8' })).toEqual({
    ...fused,
    precision: 'int8',
    domains: [],
  });
  expect(asked({ precision: 'int8' })).toMatchObject({ precision: 'int8', fusion: false });
  // Whether products are rounded to TF32 is nothing that a file says.
  expect(asked({ precision: 'tf32' })).toBeNull();
  expect(asked({ fusion: 'on', hygiene: 'on', precision: 'tf32' })).toEqual(asked({ fusion: 'on', hygiene: 'on' }));
  expect(asked({ fusion: 'on', hygiene: 'on' }, { operatorDomains: [], usesGraph: false })).toBeNull();
});

test('cases that load the same file share a variant, and each is handed on with its own, in the order in which they came', async () => {
  const { log, told, loaded, measurable } = await prepare([
    ready('on'),
    ready('off', { fusion: 'off' }),
    ready('on8', { batch_size: 8 }),
    ready('int8', { precision: 'int8', fusion: 'off' }),
    ready('int8-engine', { precision: 'int8', fusion: 'engine' }),
    ready('null', { backend: 'null' }),
  ]);
  expect(log).toEqual([
    ['variant.prepared', ['on', 'on8']],
    ['variant.prepared', ['int8', 'int8-engine']],
  ]);
  expect(told).toEqual(['variant', 'variant']);
  expect(machine.jobs.map(({ request, workload: { model } }) => [request.name, model.path])).toEqual([
    ['one-node', 'file'],
    ['one-node', 'file'],
  ]);
  expect(Object.entries(loaded)).toEqual([
    ['on', 'fp32 true'],
    ['off', 'file'],
    ['on8', 'fp32 true'],
    ['int8', 'int8 false'],
    ['int8-engine', 'int8 false'],
    ['null', 'file'],
  ]);
  // What fidelity is taken against stays the file as it is.
  expect(measurable.map(({ source }) => source.model.path)).toEqual(Array(6).fill('file'));
  expect(measurable.map(({ variant }) => variant?.sha256 ?? null)).toEqual([
    'fp32 true',
    null,
    'fp32 true',
    'int8 false',
    'int8 false',
    null,
  ]);
});

test('where no pass joins anything, fusion graph is skipped and fusion on is measured', async () => {
  machine.answer = () => made('same', 0);
  const { log, loaded } = await prepare([ready('graph', { fusion: 'graph' }), ready('on')]);
  expect(log).toContainEqual(['case.skipped', 'graph', 'NOTHING_TO_FUSE']);
  expect(Object.keys(loaded)).toEqual(['on']);
});

test('a model without anything to quantise skips the case, and fails nothing', async () => {
  machine.answer = ({ settings }) => (settings.precision === 'int8' ? failed('NOTHING_TO_QUANTIZE') : made('x', 1));
  const { log, loaded, failures } = await prepare([ready('int8', { precision: 'int8' }), ready('on')]);
  expect(log).toEqual([
    ['case.skipped', 'int8', 'NOTHING_TO_QUANTIZE'],
    ['variant.prepared', ['on']],
  ]);
  expect(failures).toEqual([]);
  expect(Object.keys(loaded)).toEqual(['on']);
});

test('a variant that cannot be made fails all its cases with the cause, and under fail-fast nothing more is begun', async () => {
  machine.answer = () => failed('CALIBRATION_NEEDED');
  const { log, failures, loaded } = await prepare([
    ready('a', { precision: 'int8' }),
    ready('b', { precision: 'int8', batch_size: 8 }),
    ready('c'),
    ready('d', { fusion: 'off' }),
  ]);
  expect(log).toEqual([
    ['case.failed', 'a', 'CALIBRATION_NEEDED'],
    ['case.failed', 'b', 'CALIBRATION_NEEDED'],
  ]);
  expect(failures).toEqual(['variant one-node int8 fusion on']);
  expect(machine.jobs).toHaveLength(1);
  expect(Object.keys(loaded)).toEqual(['d']);
});

test('without time left no variant is made, and its cases are skipped', async () => {
  const { log, loaded } = await prepare([ready('a'), ready('b', { fusion: 'off' })], { outOfTime: true });
  expect(log).toEqual([['case.skipped', 'a', 'MAX_TIME']]);
  expect(machine.jobs).toEqual([]);
  expect(Object.keys(loaded)).toEqual(['b']);
});

test('what the process of a variant leaves among temporary files is gone with it, however it ends', async () => {
  const seen: string[] = [];
  machine.answer = (_job, { TMPDIR = '' }) => {
    seen.push(TMPDIR);
    expect(readdirSync(TMPDIR)).toEqual([]);
    writeFileSync(join(TMPDIR, 'model.onnx'), 'as large as the model');
    return failed('KILLED');
  };
  const { failures } = await prepare([ready('a'), ready('b', { precision: 'int8' })]);
  expect(failures).toHaveLength(1);
  expect(seen.map((path) => path.startsWith(`${folder}/`))).toEqual([true]);
  expect(seen.filter(existsSync)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

/** An earlier sitting measured these cases on a variant with this hash. */
function earlier(sha256: string, ...cases: PlannedCase[]): RunEvent {
  const { answer } = made(sha256, 1) as { answer: VariantAnswer };
  const keys = cases.map(({ key }) => key);
  return { at: '2026-01-01T00:00:00.000Z', t: 0, type: 'variant.prepared', keys, variant: answer.record };
}

test('a resumed run goes on with the same variant and writes down only what is new', async () => {
  const [a, b] = [ready('a'), ready('b', { batch_size: 8 })];
  const { log, loaded } = await prepare([a, b], { events: [earlier('fp32 true', a.case)] });
  expect(log).toEqual([['variant.prepared', ['b']]]);
  expect(Object.keys(loaded)).toEqual(['a', 'b']);
});

test('a resumed run does not go on with another variant than the one it has measured', async () => {
  const [a, b] = [ready('a'), ready('b', { batch_size: 8 })];
  const { log, loaded } = await prepare([a, b], { events: [earlier('another', a.case)] });
  expect(log).toEqual([
    ['case.failed', 'a', 'MODEL_CHANGED'],
    ['case.failed', 'b', 'MODEL_CHANGED'],
  ]);
  expect(loaded).toEqual({});
});
