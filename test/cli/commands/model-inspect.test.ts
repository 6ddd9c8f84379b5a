import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { modelInspectCommand } from '../../../src/cli/commands/model-inspect.ts';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { readModel, writeModel } from '../../../src/graph/onnx-file.ts';
import { Registry } from '../../../src/kernel/registry.ts';
import { oneNode } from '../../../src/workloads/one-node.ts';
import type { Workload } from '../../../src/workloads/workload.ts';

const hub = new Registry<Workload>('workload').add(oneNode);
const folder = mkdtempSync(join(tmpdir(), 'dyno-inspect-'));

beforeEach(() => {
  vi.stubEnv('DYNO_CACHE_DIR', mkdtempSync(join(tmpdir(), 'dyno-inspect-cache-')));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function inspect(name: string, options: { json?: boolean; shape?: string[] } = {}) {
  let out = '';
  let err = '';
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  expect(await modelInspectCommand({ name, ...options }, { stdout, stderr }, hub)).toBe(0);
  return { out, err };
}

/** A dense layer on rows of 4 numbers, of which there may be any number behind the batch. */
function denseModel(): string {
  const graph = new GraphBuilder('dense');
  const x = graph.input('x', 'float32', ['batch', 'rows', 4]);
  const weight = graph.constant('weight', 'float32', [4, 3], new Float32Array(12));
  graph.output(graph.node('Relu', [graph.node('MatMul', [x, weight])], { outputs: ['y'] }), 'float32', [
    'batch',
    'rows',
    3,
  ]);
  const path = join(folder, 'dense.onnx');
  writeModel(path, graph.model({ metadata: { author: 'nobody' } }));
  return path;
}

test('a model of the hub is built and described', async () => {
  const { out, err } = await inspect('one-node');
  expect(err).toBe('');
  expect(out).toMatch(/^Input +x {2}float32 \[batch, 8\], counted as \[1, 8\]$/m);
  expect(out).toMatch(/^Nodes +1: Relu × 1$/m);
  expect(out).toMatch(/^Multiply-adds +0 an item$/m);
});

test('a file is described for the shapes that are given: 5 rows of 4 by 3 are 60 multiply-adds', async () => {
  const { out } = await inspect(denseModel(), { shape: ['rows=5'], json: true });
  expect(JSON.parse(out)).toMatchObject({
    parameters: 12,
    multiplyAdds: 60,
    shapes: { x: [1, 5, 4] },
    operators: { MatMul: 1, Relu: 1 },
    nodes: 2,
    constants: [{ type: 'float32', tensors: 1, elements: 12 }],
    heaviest: [{ operator: 'MatMul', multiplyAdds: 60 }],
    metadata: { author: 'nobody' },
    opsets: { 'ai.onnx': 13 },
    weights: 'unknown',
  });
});

test('without the sizes of open dimensions multiply-adds are unknown, and what to give is said', async () => {
  const { out, err } = await inspect(denseModel());
  expect(out).toMatch(/^Multiply-adds +unknown: the shapes of the inputs are not known$/m);
  expect(out).toMatch(/^Parameters +12$/m);
  expect(err).toContain('--shape rows=');
  expect(JSON.parse((await inspect(denseModel(), { json: true })).out)).toMatchObject({
    shapes: null,
    multiplyAdds: null,
  });
});

test('a file that is not there, and a shape for a model of the hub, are refused', async () => {
  await expect(inspect('./nowhere.onnx')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', exitCode: 3 });
  await expect(inspect('one-nod')).rejects.toThrow('one-node');
  await expect(inspect('one-node', { shape: ['x:1x8'] })).rejects.toMatchObject({ code: 'OPTION_CONFLICT' });
});

test('a file whose graph uses what nothing makes is refused by the name of the node', async () => {
  const path = denseModel();
  const model = readModel(path);
  model.graph.initializer = [];
  writeModel(path, model);
  await expect(inspect(path)).rejects.toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining('MatMul "MatMul1"') }),
  );
});
