import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { LoadOptions } from '../../../src/engine/backends/backend.ts';
import { nullBackend } from '../../../src/engine/backends/null.ts';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { writeModel } from '../../../src/graph/onnx-file.ts';
import { buildOneNodeModel } from '../../../src/workloads/one-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-null-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

let models = 0;
function load(graph: GraphBuilder, change: Partial<LoadOptions> = {}) {
  const path = join(folder, `${models++}.onnx`);
  writeModel(path, graph.model());
  return nullBackend.load(path, { ...options, ...change });
}

test('it is there wherever Dyno is, and says that its stack is no engine', async () => {
  expect(await nullBackend.probe()).toMatchObject({ available: true, precisions: { fp32: 'native' } });
  expect([nullBackend.name, nullBackend.stack]).toEqual(['null', 'null']);
});

test('it answers with zeros in the shape that the batch gives the output', async () => {
  const path = join(folder, 'one-node.onnx');
  writeModel(path, buildOneNodeModel());
  const session = await nullBackend.load(path, options);
  expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 8] }]);
  const feed = (batch: number) => ({ x: session.tensor('float32', [batch, 8], new Float32Array(8 * batch).fill(3)) });
  const { y } = await session.run(feed(2), null);
  expect(y).toMatchObject({ type: 'float32', dims: [2, 8] });
  expect([...(y?.data ?? [])]).toEqual(new Array(16).fill(0));
  // Another batch is not answered with the shape of the last.
  expect((await session.run(feed(5), null)).y?.dims).toEqual([5, 8]);
  await session.bareCall(feed(1), null)();
  expect(session.effective()).toEqual({ backend: { value: 'null', evidence: 'session metadata' } });
  expect(await session.profile()).toBe(null);
  await session.dispose();
});

test('outputs without sizes of their own get those that follow from the graph', async () => {
  const graph = new GraphBuilder('transposed');
  const x = graph.input('x', 'float32', ['n', 2, 'm']);
  graph.output(graph.node('Transpose', [x], { outputs: ['y'], attributes: { perm: [2, 0, 1] } }), 'float32', [
    'a',
    'b',
    'c',
  ]);
  const session = await load(graph);
  const x3 = session.tensor('float32', [3, 2, 5], new Float32Array(30));
  expect((await session.run({ x: x3 }, null)).y?.dims).toEqual([5, 3, 2]);
});

test('an output whose size follows from data is refused by its name', async () => {
  const graph = new GraphBuilder('positions');
  const x = graph.input('x', 'float32', [4]);
  graph.output(graph.node('NonZero', [x], { outputs: ['found'] }), 'int64', [1, 'count']);
  const session = await load(graph);
  const feeds = { x: session.tensor('float32', [4], new Float32Array(4)) };
  await expect(session.run(feeds, null)).rejects.toMatchObject({ code: 'SHAPE_UNKNOWN' });
  await expect(session.run({}, null)).rejects.toMatchObject({ code: 'INPUT_MISMATCH' });
});

test.each([{ precision: 'int8' }, { fusion: 'off' as const }])('it has no setting %o', async (change) => {
  const graph = new GraphBuilder('relu');
  graph.output(graph.node('Relu', [graph.input('x', 'float32', [1])], { outputs: ['y'] }), 'float32', [1]);
  await expect(load(graph, change)).rejects.toMatchObject({ code: 'AXIS_UNSUPPORTED', exitCode: 3 });
  // The reference of a proof is the graph without fusion: the same zeros.
  await expect(load(graph, { fusion: 'off', optimization: 'none' })).resolves.toBeDefined();
});

test('a tensor whose shape does not fit its data is refused', async () => {
  const graph = new GraphBuilder('relu');
  graph.output(graph.node('Relu', [graph.input('x', 'float32', [1])], { outputs: ['y'] }), 'float32', [1]);
  const session = await load(graph);
  expect(() => session.tensor('float32', [2, 2], new Float32Array(3))).toThrow('Expected 4 elements, got 3.');
});
