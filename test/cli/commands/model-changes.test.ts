import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { modelConvertCommand } from '../../../src/cli/commands/model-convert.ts';
import { modelDiffCommand } from '../../../src/cli/commands/model-diff.ts';
import { modelFuseCommand } from '../../../src/cli/commands/model-fuse.ts';
import { modelQuantizeCommand } from '../../../src/cli/commands/model-quantize.ts';
import { modelVerifyCommand } from '../../../src/cli/commands/model-verify.ts';
import { readManifest } from '../../../src/compress/model-manifest.ts';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { writeModelWithExternalData } from '../../../src/graph/move-external.ts';
import { StringStringEntryProtoSchema, TensorProto_DataLocation } from '../../../src/graph/onnx_pb.ts';
import { readModel, writeModel } from '../../../src/graph/onnx-file.ts';
import { createMessage, type OnnxModel } from '../../../src/graph/onnx-message.ts';
import { operatorCounts } from '../../../src/graph/operator-counts.ts';
import { sha256 } from '../../../src/kernel/content-hash.ts';
import { Registry } from '../../../src/kernel/registry.ts';
import { digits } from '../../../src/workloads/digits.ts';
import { writeNpy } from '../../../src/workloads/npy.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { SmallGraph } from '../../engine/small-models.ts';

const hub = new Registry<Workload>('workload').add(digits);
const folder = mkdtempSync(join(tmpdir(), 'dyno-model-changes-'));
const dense = join(folder, 'dense.onnx');

/** A dense layer in the parts that exporters write it in; as its width has no name of a batch, the rows are open. */
function denseModel(): OnnxModel {
  const graph = new SmallGraph('dense');
  const x = graph.input('x', 'float32', ['batch', 32]);
  const product = graph.node('MatMul', [x, graph.weights('w', 32, 64)], { name: 'widen' });
  const kept = graph.node('Identity', [product], { name: 'nothing' });
  const second = graph.node('MatMul', [kept, graph.weights('v', 64, 16)], { name: 'narrow' });
  return graph.ending(graph.node('Relu', [second], { name: 'last', outputs: ['y'] }), ['batch', 16]);
}

beforeAll(() => {
  vi.stubEnv('DYNO_CACHE_DIR', mkdtempSync(join(tmpdir(), 'dyno-model-changes-cache-')));
  writeModel(dense, denseModel());
});

type Run = { readonly code: number; readonly out: string; readonly err: string };

async function run<Options>(
  command: (options: Options, streams: never, workloads: Registry<Workload>) => Promise<number>,
  options: Options,
): Promise<Run> {
  let [out, err] = ['', ''];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await command(options, { stdout, stderr } as never, hub);
  return { code, out, err };
}

const out = (name: string) => join(folder, name);

test('fuse takes the Identity away, keeps the answers to the bit, and says what it is made from', async () => {
  const path = out('fused.onnx');
  const { code, out: text, err } = await run(modelFuseCommand, { name: dense, out: path, check: true });
  expect(code).toBe(0);
  expect(text).toMatch(/^identity +1 +−1 /m);
  expect(text).toMatch(/^nodes +4 +3 +0\.750 ×$/m);
  expect(text).toContain('Answers on 8 queries: equal to the bit.');
  expect(err).toBe(`model   ${path}\n`);
  const fused = readModel(path);
  expect(operatorCounts(fused)).toEqual({ MatMul: 2, Relu: 1 });
  expect(readManifest(fused)).toMatchObject({
    method: expect.stringMatching(/^passes: .*identity/),
    sourceSha256: sha256(readFileSync(dense)),
    sourceBytes: readFileSync(dense).length,
    fidelity: { cosine: 1, sqnrDb: null, items: 8 },
  });
  expect(await run(modelVerifyCommand, { name: path, reference: dense })).toMatchObject({ code: 0 });
});

test('fuse runs the passes that are named and no others; an unknown one is refused with the one that was meant', async () => {
  const path = out('dead.onnx');
  const options = { name: dense, out: path, check: false, passes: 'dead-code', json: true };
  const { out: text } = await run(modelFuseCommand, options);
  expect(JSON.parse(text)).toMatchObject({
    passes: [{ name: 'dead-code', changes: 0 }],
    before: { nodes: 4 },
    after: { nodes: 4 },
    comparison: null,
  });
  await expect(run(modelFuseCommand, { ...options, out: out('x.onnx'), passes: 'identiti' })).rejects.toMatchObject({
    code: 'PASS_UNKNOWN',
    message: expect.stringMatching(/--passes.*Did you mean "identity"/),
  });
  expect(existsSync(out('x.onnx'))).toBe(false);
});

test('digits in 8 bits keeps its accuracy, and verify finds every product computed in integers', async () => {
  const path = out('digits-int8.onnx');
  const { out: text } = await run(modelQuantizeCommand, { name: 'digits', out: path, json: true });
  const report = JSON.parse(text);
  expect(report.accuracy.items).toBe(1000);
  expect(report.accuracy.after).toBeGreaterThan(report.accuracy.before - 0.01);
  expect(report.after.bytes).toBeLessThan(0.4 * report.before.bytes);
  expect(report.counts).toContainEqual({
    becomes: 'int8',
    reason: null,
    operators: { Conv: 4, MaxPool: 2, Flatten: 1, Gemm: 1 },
  });
  expect(readManifest(readModel(path))).toMatchObject({
    method: 'int8 static, min_max',
    calibrationData: '512 digits of the training split',
    accuracy: { value: report.accuracy.after },
  });
  const verified = await run(modelVerifyCommand, { name: path, reference: 'digits', json: true });
  expect(verified.code).toBe(0);
  expect(JSON.parse(verified.out).checks).toEqual([
    expect.objectContaining({ check: 'sound', holds: true }),
    expect.objectContaining({ check: 'content', holds: true }),
    expect.objectContaining({ check: 'source', holds: true }),
    expect.objectContaining({ check: 'loads', holds: true }),
    expect.objectContaining({ check: 'integers', holds: true, finding: expect.stringContaining('5 of 5') }),
    expect.objectContaining({ check: 'agreement', holds: true }),
  ]);
}, 120_000);

test('a model that was changed after it was made, or comes from another one, is found out with exit code 2', async () => {
  const path = out('bent.onnx');
  await run(modelFuseCommand, { name: dense, out: path, check: false });
  const model = readModel(path);
  // A bent exponent of one weight: 2 to the 64th times what it was.
  const data = Buffer.from(model.graph.initializer[0]?.rawData ?? []);
  data[3] = (data[3] ?? 0) ^ 0x20;
  const [weight] = model.graph.initializer;
  if (weight !== undefined) weight.rawData = data;
  writeModel(path, model);
  const { code, out: text } = await run(modelVerifyCommand, { name: path, reference: dense });
  expect(code).toBe(2);
  expect(text).toMatch(/^content +NO +changed after it was made/m);
  expect(text).toMatch(/^source +yes/m);
  expect(text).toMatch(/^agreement +NO /m);
  const other = await run(modelVerifyCommand, { name: out('fused.onnx'), reference: path });
  expect(other.out).toMatch(/^source +NO +made from another file/m);
});

test('verify says what it cannot tell without a manifest and without a reference, and holds nothing against it', async () => {
  const { code, out: text } = await run(modelVerifyCommand, { name: dense });
  expect(code).toBe(0);
  expect(text).toMatch(/^content +not told +the model has no manifest/m);
  expect(text).toMatch(/^loads +yes/m);
  expect(text).toMatch(/^agreement +not told +give a reference/m);
});

test('dynamic quantisation takes no calibration, keeps what is named in floats, and refuses what is not there', async () => {
  const path = out('dynamic.onnx');
  const base = { name: dense, out: path, dynamic: true };
  const { out: text, err } = await run(modelQuantizeCommand, { ...base, keep: 'narrow' });
  expect(err).not.toContain('calibration');
  expect(text).toMatch(/^int8 +1 +MatMul × 1$/m);
  expect(text).toMatch(/^float +EXCLUDED +1 +MatMul × 1$/m);
  expect(operatorCounts(readModel(path))).toMatchObject({ MatMulInteger: 1, MatMul: 1 });
  await expect(run(modelQuantizeCommand, { ...base, force: true, keep: 'wide' })).rejects.toMatchObject({
    code: 'NODE_UNKNOWN',
    exitCode: 3,
  });
  await expect(run(modelQuantizeCommand, { ...base, items: '5' })).rejects.toThrow('--items: --dynamic');
});

test('arrays of the user are calibrated with, at most as many as --items says', async () => {
  const arrays = join(folder, 'arrays');
  mkdirSync(arrays);
  for (const name of ['a', 'b', 'c']) {
    const data = Float32Array.from({ length: 32 }, (_, place) => place / 32);
    writeNpy(join(arrays, `${name}.npy`), { type: 'float32', dims: [1, 32], data });
  }
  const options = { name: dense, out: out('static.onnx'), calibration: arrays, items: '2', method: 'percentile=99.9' };
  const { err } = await run(modelQuantizeCommand, options);
  expect(err).toContain('calibration  2 of 3 items that were given\n');
  expect(readManifest(readModel(options.out))).toMatchObject({
    method: 'int8 static, percentile 99.9',
    calibrationData: '2 of 3 items that were given',
  });
});

test('convert halves the weights; int8 is sent to quantize', async () => {
  const path = out('half.onnx');
  const { out: text } = await run(modelConvertCommand, { name: dense, precision: 'fp16', out: path, check: true });
  expect(text).toMatch(/^float16 +4 +MatMul × 2, Identity × 1, Relu × 1$/m);
  const stored = out('stored.onnx');
  await run(modelConvertCommand, { name: dense, precision: 'bf16', out: stored, check: true });
  const types = (model: OnnxModel) => model.graph.initializer.map(({ dataType }) => dataType);
  expect([types(readModel(path)), types(readModel(stored))]).toEqual([
    [10, 10],
    [16, 16],
  ]);
  expect(await run(modelVerifyCommand, { name: path, reference: dense })).toMatchObject({ code: 0 });
  await expect(
    run(modelConvertCommand, { name: dense, precision: 'int8', out: out('no.onnx'), check: true }),
  ).rejects.toThrow('dyno model quantize');
});

test('diff tells identical models from others, and exits with 0 either way', async () => {
  expect(await run(modelDiffCommand, { a: dense, b: dense })).toEqual({ code: 0, out: 'identical\n', err: '' });
  const { code, out: text } = await run(modelDiffCommand, { a: dense, b: out('fused.onnx'), json: true });
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({
    identical: false,
    operators: [{ name: 'Identity', a: 1, b: null }],
    nodes: { onlyA: [{ name: 'nothing', operator: 'Identity' }], onlyB: [] },
    constants: { onlyA: [], onlyB: [], changed: [] },
  });
});

test('the file that is read is never written, one that is there only with --force, and nothing is left behind', async () => {
  const before = readFileSync(dense);
  const fuse = (path: string, force: boolean) => run(modelFuseCommand, { name: dense, out: path, force, check: false });
  await expect(fuse(dense, true)).rejects.toMatchObject({ code: 'OUTPUT_IS_INPUT' });
  symlinkSync(dense, out('link.onnx'));
  await expect(fuse(out('link.onnx'), true)).rejects.toMatchObject({ code: 'OUTPUT_IS_INPUT' });
  await expect(fuse(folder, true)).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });
  writeFileSync(out('old.onnx'), 'old');
  await expect(fuse(out('old.onnx'), false)).rejects.toThrow('--force');
  expect(readFileSync(out('old.onnx'), 'utf8')).toBe('old');
  await fuse(out('old.onnx'), true);
  expect(operatorCounts(readModel(out('old.onnx')))).toEqual({ MatMul: 2, Relu: 1 });
  await expect(fuse(join(out('old.onnx'), 'below.onnx'), false)).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  expect(readFileSync(dense).equals(before)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('data that lie beside a model lie beside what is made of it, and their file is never written over', async () => {
  const apart = join(folder, 'apart');
  const path = join(apart, 'model.onnx');
  const data = writeModelWithExternalData(path, denseModel(), { folder: null }) ?? '';
  const { err } = await run(modelFuseCommand, { name: path, out: out('apart-fused.onnx'), check: true });
  expect(err).toMatch(/ and apart-fused\.onnx\.[0-9a-f]{12}\.data beside it\n$/);
  expect(readModel(out('apart-fused.onnx')).graph.initializer.every(({ rawData }) => rawData.length === 0)).toBe(true);
  expect(await run(modelVerifyCommand, { name: out('apart-fused.onnx'), reference: path })).toMatchObject({ code: 0 });
  const over = { name: path, out: data, force: true, check: false };
  await expect(run(modelFuseCommand, over)).rejects.toMatchObject({ code: 'OUTPUT_IS_INPUT' });
});

test('open dimensions are asked for where the model is to be run, and do not matter where it is not', async () => {
  const graph = new SmallGraph('rows');
  const x = graph.input('x', 'float32', ['batch', 'rows', 8]);
  const open = join(folder, 'rows.onnx');
  writeModel(open, graph.ending(graph.apply('MatMul', [x, graph.weights('w', 8, 4)]), ['batch', 'rows', 4]));
  const options = { name: open, out: out('rows-fused.onnx') };
  await expect(run(modelFuseCommand, { ...options, check: true })).rejects.toMatchObject({
    code: 'MODEL_SHAPE_NEEDED',
  });
  expect(await run(modelFuseCommand, { ...options, check: false })).toMatchObject({ code: 0 });
  const shaped = { ...options, shape: ['rows=3'], check: true, force: true };
  expect(await run(modelFuseCommand, shaped)).toMatchObject({ code: 0 });
});

test('a workload of a suite is taken by its name', async () => {
  writeFileSync(join(folder, 'suite.yaml'), 'name: mine\nworkloads: [{ name: own, model: dense.onnx }]\n');
  const suite = join(folder, 'suite.yaml');
  expect(await run(modelFuseCommand, { name: 'own', suite, out: out('own.onnx'), check: true })).toMatchObject({
    code: 0,
  });
  await expect(run(modelFuseCommand, { name: 'owm', suite, out: out('o.onnx'), check: true })).rejects.toThrow(
    'Did you mean "own"?',
  );
});

test('data of bodies and attributes that lie in other files come into the changed model', async () => {
  const graph = new SmallGraph('branches');
  graph.input('x', 'float32', ['batch', 32]);
  const branch = (name: string) => {
    const body = new GraphBuilder(name, ['x']);
    const weight = body.constant(`${name}_w`, 'float32', [32, 8], new Float32Array(256).fill(name.length));
    body.output(body.node('MatMul', ['x', weight], { outputs: [`${name}_y`] }), 'float32', []);
    return body.graph();
  };
  const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
  const attributes = { then_branch: branch('then'), else_branch: branch('otherwise') };
  const chosen = graph.node('If', [yes], { name: 'if', attributes });
  const model = graph.ending(graph.node('Identity', [chosen], { outputs: ['y'] }), ['batch', 8]);
  const source = mkdtempSync(join(folder, 'branches-'));
  const data: Uint8Array[] = [];
  for (const { g } of model.graph.node.flatMap(({ attribute }) => attribute)) {
    const weight = g?.initializer[0];
    if (weight === undefined) continue;
    const entries = { location: 'w.bin', offset: String(1024 * data.length), length: '1024' };
    data.push(weight.rawData);
    weight.rawData = new Uint8Array();
    weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
    weight.externalData = Object.entries(entries).map(([key, value]) =>
      createMessage(StringStringEntryProtoSchema, { key, value }),
    );
  }
  writeFileSync(join(source, 'w.bin'), Buffer.concat(data));
  writeModel(join(source, 'model.onnx'), model);
  const path = out('branches.onnx');
  const { code } = await run(modelFuseCommand, { name: join(source, 'model.onnx'), out: path, check: true });
  expect([data.length, code]).toEqual([2, 0]);
  expect(await run(modelVerifyCommand, { name: path, reference: join(source, 'model.onnx') })).toMatchObject({
    code: 0,
  });
});
