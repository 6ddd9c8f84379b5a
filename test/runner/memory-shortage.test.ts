import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import type { HostMemory } from '../../src/kernel/host-memory.ts';
import type { Cause, SealedFile } from '../../src/results/events.ts';
import { sealToParquet } from '../../src/results/parquet.ts';
import { SegmentWriter } from '../../src/results/segment-file.ts';
import type { FailureScene } from '../../src/runner/job.ts';
import { withMemoryShortage } from '../../src/runner/memory-shortage.ts';
import type { ReadyCase } from '../../src/runner/prepare.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import { StubTools } from '../collectors/stub-tools.ts';
import { plannedCase } from './fixtures/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-shortage-'));
const tools = new StubTools();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  tools.remove();
});

const GiB = 2 ** 30;

/** `y = x · w`: weights of 8 × 1024 floats, and for each item 8 floats in and 1024 out. */
const model = join(folder, 'wide.onnx');
const graph = new GraphBuilder('wide');
const x = graph.input('x', 'float32', ['batch', 8]);
const w = graph.constant('w', 'float32', [8, 1024], new Float32Array(8 * 1024));
graph.output(graph.node('MatMul', [x, w], { outputs: ['y'] }), 'float32', ['batch', 1024]);
writeModel(model, graph.model());
const weightBytes = 8 * 1024 * 4;
const itemBytes = (8 + 1024) * 4;

/** A machine with the stub of nvidia-smi: two boards of 80 GiB, 2 GiB of the first in use. */
beforeEach(() => {
  tools.add('nvidia-smi');
  vi.stubEnv('PATH', `${tools.folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => vi.unstubAllEnvs());

function ready(backend: string, batchSize: number, path = model): ReadyCase {
  const workload = {
    ...{ name: 'wide', model: { path }, chain: null },
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 8], batchAxis: 0 }],
  } as unknown as PreparedWorkload;
  const { axes } = plannedCase('any');
  const planned = plannedCase('wide', { axes: { ...axes, backend, batchSize } });
  return { case: planned, workload, source: workload, variant: null, precisions: { fp32: 'native', fp16: 'native' } };
}

interface Failure extends Partial<Cause> {
  readonly backend?: string;
  readonly batchSize?: number;
  readonly path?: string;
  readonly scene?: FailureScene;
  readonly telemetry?: SealedFile;
}

async function shortageOf({
  backend = 'ort-cpu',
  batchSize = 8,
  path,
  scene,
  telemetry,
  ...change
}: Failure): Promise<Cause> {
  const cause = { code: 'RUN_FAILED', message: 'No.', exitCode: 4, signal: null, stderrTail: '', ...change };
  return withMemoryShortage(
    { cause, ...(scene === undefined ? {} : { scene }) },
    {
      ready: ready(backend, batchSize, path),
      folder,
      telemetry: telemetry ?? null,
      signal: new AbortController().signal,
    },
  );
}

const host: HostMemory = {
  ...{ totalBytes: 16 * GiB, availableBytes: 8 * GiB, groupLimitBytes: 4 * GiB, groupAvailableBytes: 2 ** 20 },
  ...{ addressLimitBytes: null, addressUsedBytes: null },
};

test('a failure that says nothing of memory stays as it is', async () => {
  const message = 'Non-zero status code returned while running Conv node.';
  const cause = { code: 'RUN_FAILED', message, exitCode: 4, signal: null, stderrTail: '' };
  expect(await shortageOf({ message })).toEqual(cause);
});

test('what PyTorch says is taken as it says it, the rest from the device that it means', async () => {
  const { code, memory } = await shortageOf({
    backend: 'pytorch-eager',
    code: 'OUT_OF_MEMORY',
    message:
      'OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.00 GiB of which 512.00 MiB is free.',
  });
  expect(code).toBe('OUT_OF_MEMORY');
  expect(memory).toMatchObject({
    ...{ device: 'gpu0', place: 'memory', neededBytes: 2 * GiB, freeBytes: GiB / 2, totalBytes: 79 * GiB },
    freeAfterBytes: 78 * GiB,
    evidence: { needed: 'message', free: 'message', total: 'message' },
    holders: [{ pid: 4711, name: 'python3', bytes: 1.5 * GiB }],
    projected: { provenance: 'projected', batchSize: 8, weightBytes, valueBytes: 8 * itemBytes },
    ...{ batchSize: 4, precisions: ['fp16'], reasons: {} },
  });
  expect(memory?.remedies).toContain('End what else holds memory of gpu0: python3 (4711) with 1.5 GiB.');
});

test('the devices that a process sees are numbered anew', async () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '1');
  const message = 'CUDA failure 2: out of memory ; GPU=0 ; hostname=h ; expr=cudaMalloc((void**)&p, size);';
  const { code, memory } = await shortageOf({ backend: 'ort-cuda', message });
  expect(code).toBe('OUT_OF_MEMORY');
  expect(memory).toMatchObject({ device: 'gpu1', neededBytes: null, freeAfterBytes: 80 * GiB, totalBytes: 80 * GiB });
  expect(memory?.evidence).toEqual({ needed: null, free: null, total: 'afterwards' });
  expect(Object.keys(memory?.reasons ?? {}).sort()).toEqual(['freeBytes', 'neededBytes']);
});

test('where the library does not say what was free, the samples of the round tell the least, and say that they do', async () => {
  const writer = new SegmentWriter(join(folder, 'telemetry.seg'), [
    { name: 't', type: 'float64' },
    { name: 'nvidia.gpu1_memory_used', type: 'float64' },
  ]);
  // The last sample is of a device that was given back already.
  for (const [t, used] of [20, Number.NaN, 79, 1].entries()) writer.append([t, used * GiB]);
  writer.close();
  const path = join(folder, 'telemetry.parquet');
  const telemetry = { ...(await sealToParquet(join(folder, 'telemetry.seg'), path)), file: 'telemetry.parquet' };
  const message = 'CUDA failure 2: out of memory ; GPU=1 ; expr=cudaMalloc((void**)&p, size);';
  const { memory } = await shortageOf({ backend: 'ort-cuda', message, telemetry });
  expect(memory).toMatchObject({ device: 'gpu1', freeBytes: GiB, evidence: { free: 'samples' } });
});

test('without a tool that tells, nothing of the device is made up', async () => {
  vi.stubEnv('PATH', '');
  const message = 'Failed to allocate memory for requested buffer of size 4096';
  const { memory } = await shortageOf({ backend: 'ort-cuda', message });
  expect(memory).toMatchObject({ device: 'gpu', neededBytes: 4096, freeBytes: null, totalBytes: null, batchSize: 4 });
  expect(memory?.reasons.freeBytes?.code).toBe('NOT_TOLD');
  expect(memory?.remedies[0]).toContain('half of 8: how much it needs could not be worked out');
});

test('the same words of a backend on the processor are of the machine, as the process found it', async () => {
  const message = 'Failed to allocate memory for requested buffer of size 4096';
  const { memory } = await shortageOf({ message, scene: { host, memoryKills: 0 } });
  expect(memory).toMatchObject({
    ...{ device: 'host', place: 'control_group', neededBytes: 4096, freeBytes: 2 ** 20, totalBytes: 4 * GiB },
    evidence: { needed: 'message', free: 'at failure', total: 'limit' },
  });
});

test('the kernel kills without a word: its own count tells', async () => {
  const killed = { code: 'KILLED', message: 'It was killed (SIGKILL).', exitCode: null, signal: 'SIGKILL' };
  for (const memoryKills of [0, null]) {
    const cause = await shortageOf({ ...killed, scene: { host: null, memoryKills } });
    expect([cause.code, cause.memory]).toEqual(['KILLED', undefined]);
  }
  const cause = await shortageOf({ ...killed, scene: { host: null, memoryKills: 1 } });
  expect(cause).toMatchObject({
    code: 'OUT_OF_MEMORY',
    message: expect.stringContaining('The kernel killed the process'),
    memory: { device: 'host', neededBytes: null, freeBytes: null, reasons: { neededBytes: { code: 'NOT_TOLD' } } },
  });
  expect(cause.memory?.freeAfterBytes).toBeGreaterThan(0);
});

test('last words count only where the failure itself has none', async () => {
  const stderrTail = 'warning: std::bad_alloc was caught, and it went on without a cache';
  expect((await shortageOf({ stderrTail })).memory).toBeUndefined();
  expect((await shortageOf({ code: 'NATIVE_CRASH', stderrTail })).memory).toMatchObject({ device: 'host' });
});

test('WebAssembly has 4 GiB wherever it runs, and its own code stays', async () => {
  const message =
    'The backend wasm: a run needs more memory than there is (x [8, 8]), and WebAssembly has 4 GiB for all.';
  const cause = await shortageOf({ backend: 'wasm', code: 'WASM_MEMORY_FULL', message });
  expect(cause).toMatchObject({
    code: 'WASM_MEMORY_FULL',
    memory: { place: 'webassembly', totalBytes: 4 * GiB, freeBytes: null, batchSize: 4 },
  });
});

test('a graph that cannot be read takes nothing from the rest', async () => {
  const path = join(folder, 'broken.onnx');
  writeFileSync(path, 'no model');
  const { memory } = await shortageOf({ message: 'std::bad_alloc', path });
  expect(memory).toMatchObject({ device: 'host', projected: null, batchSize: 4 });
  expect(memory?.reasons.projected?.message).toContain('broken.onnx');
});
