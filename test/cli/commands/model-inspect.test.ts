import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ModelInspectOptions, modelInspectCommand } from '../../../src/cli/commands/model-inspect.ts';
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

async function inspect(name: string, options: Omit<ModelInspectOptions, 'name'> = {}, workloads = hub) {
  let out = '';
  let err = '';
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  expect(await modelInspectCommand({ name, ...options }, { stdout, stderr }, workloads)).toBe(0);
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

test('a file that is not there, and a name that the hub lacks, are refused', async () => {
  await expect(inspect('./nowhere.onnx')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', exitCode: 3 });
  await expect(inspect('one-nod')).rejects.toThrow('one-node');
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

test('bytes are told for a whole query: 8 items of 5 rows of 4 floats, and the weight once', async () => {
  const { out } = await inspect(denseModel(), { shape: ['rows=5'], batchSize: '8', json: true });
  const answer = JSON.parse(out);
  // MatMul reads 8·5·4 floats and the weight of 4·3, and writes 8·5·3; Relu reads and writes those. Four bytes each.
  expect(answer.traffic).toEqual({
    bytesRead: 4 * (160 + 12 + 120),
    bytesWritten: 4 * (120 + 120),
    weightBytes: 48,
    reason: null,
  });
  expect(answer).toMatchObject({ multiplyAdds: 480, batchSize: 8, shapes: { x: [8, 5, 4] } });
});

test('JSON has every node with its values, and the list has the costliest first and says how many it leaves out', async () => {
  const { out } = await inspect(denseModel(), { shape: ['rows=5'], json: true });
  expect(JSON.parse(out).byNode).toMatchObject([
    {
      operator: 'MatMul',
      inputs: [
        { name: 'x', kind: 'input', type: 'float32', shape: [1, 5, 4] },
        { name: 'weight', kind: 'constant', type: 'float32', shape: [4, 3] },
      ],
      outputs: [{ kind: 'computed', type: 'float32', shape: [1, 5, 3] }],
      multiplyAdds: 60,
      weightBytes: 48,
    },
    { operator: 'Relu', outputs: [{ name: 'y' }], multiplyAdds: 0 },
  ]);
  const listed = (await inspect(denseModel(), { shape: ['rows=5'], nodes: '1' })).out;
  expect(listed).toMatch(/^MatMul +MatMul1 +\[1, 5, 3\] +60 +100 % +128 B +60 B +48 B$/m);
  expect(listed).toContain('1 more nodes; --nodes 2 lists all.');
  expect(listed).not.toMatch(/^Relu /m);
});

test('nodes with what is not known come last, and say so', async () => {
  const { out } = await inspect(denseModel(), { nodes: true });
  expect(out).toMatch(/^MatMul +MatMul1 +\? +\? +– +\? +\? +48 B$/m);
});

test('a model of the hub is counted for other shapes than its own', async () => {
  const graph = new GraphBuilder('rows');
  const x = graph.input('x', 'float32', ['batch', 'rows', 4]);
  const weight = graph.constant('weight', 'float32', [4, 3], new Float32Array(12));
  graph.output(graph.node('MatMul', [x, weight], { outputs: ['y'] }), 'float32', ['batch', 'rows', 3]);
  const path = join(folder, 'rows.onnx');
  writeModel(path, graph.model());
  const prepare: Workload['prepare'] = async (cache) => {
    const prepared = await oneNode.prepare(cache);
    const inputs = [{ name: 'x', type: 'float32', itemShape: [1, 2, 4], batchAxis: 0 }];
    return { ...prepared, model: { ...prepared.model, path }, inputs };
  };
  const rows = new Registry<Workload>('workload').add({ ...oneNode, name: 'rows', prepare });
  expect(JSON.parse((await inspect('rows', { json: true }, rows)).out).multiplyAdds).toBe(2 * 4 * 3);
  const wider = await inspect('rows', { json: true, shape: ['rows=10'] }, rows);
  expect(JSON.parse(wider.out).multiplyAdds).toBe(10 * 4 * 3);
});

test('counts that are no whole numbers above 0 are refused by the name of the option', async () => {
  await expect(inspect('one-node', { batchSize: '0' })).rejects.toThrow(
    '--batch-size: expected a whole number above 0',
  );
  await expect(inspect('one-node', { nodes: 'all' })).rejects.toMatchObject({ code: 'OPTION_INVALID', exitCode: 3 });
});

test('the graph is drawn into the file that --html names, and a folder is refused before', async () => {
  const file = join(folder, 'dense.html');
  const { err } = await inspect(denseModel(), { shape: ['rows=5'], html: file });
  expect(err).toContain(file);
  expect(readFileSync(file, 'utf8')).toContain('<title>MatMul MatMul1\n1×5×3\n60 multiply-adds (100 %)');
  await expect(inspect(denseModel(), { html: folder })).rejects.toMatchObject({
    code: 'REPORT_UNWRITABLE',
    exitCode: 3,
  });
});

test('what a file of others says of itself cannot steer the terminal', async () => {
  const graph = new GraphBuilder('steering');
  const x = graph.input('x', 'float32', [1, 4]);
  graph.output(graph.node('Relu', [x], { name: 'a\u001b[2Jb', outputs: ['y'] }), 'float32', [1, 4]);
  const path = join(folder, 'steering.onnx');
  writeModel(path, graph.model({ metadata: { 'key\u001b[31m': 'one\r\ntwo\u009b1m' } }));
  const { out } = await inspect(path, { nodes: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(out).toMatch(/^Metadata +key.\[31m=one..two.1m$/m);
});
