import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { checkModel } from '../../src/graph/check-model.ts';
import { inlineExternalData, writeModelWithExternalData } from '../../src/graph/move-external.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { readTensor } from '../../src/graph/tensor-proto.ts';

/** x · large + small: 4 × 300 floats of 4,800 bytes, and 300 floats of 1,200, the last in a typed list. */
function affine(): OnnxModel {
  const builder = new GraphBuilder('affine');
  const x = builder.input('x', 'float32', ['batch', 4]);
  const large = builder.constant(
    'large',
    'float32',
    [4, 300],
    Float32Array.from({ length: 1200 }, (_, i) => i / 8),
  );
  const bias = builder.constant('bias', 'float32', [300], new Float32Array(300));
  const one = builder.constant('one', 'float32', [1], Float32Array.of(1));
  const sum = builder.node('Add', [builder.node('MatMul', [x, large]), bias]);
  builder.output(builder.node('Mul', [sum, one], { outputs: ['y'] }), 'float32', ['batch', 300]);
  const model = builder.model();
  const typed = model.graph.initializer[1];
  if (typed !== undefined) Object.assign(typed, { rawData: new Uint8Array(), floatData: Array(300).fill(0.5) });
  return model;
}

const folderOf = () => mkdtempSync(join(tmpdir(), 'dyno-external-'));

async function outputOf(path: string): Promise<number[]> {
  const session = await ortCpu.load(path, {
    fusion: 'off',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    profilePrefix: null,
    dumpPath: null,
  });
  try {
    const { y } = await session.run({ x: session.tensor('float32', [1, 4], Float32Array.of(1, 2, 3, 4)) }, null);
    return Array.from((y?.data ?? []) as ArrayLike<number>);
  } finally {
    await session.dispose();
  }
}

test('what a tensor holds may stay beside the model while that of others is brought in', () => {
  const path = join(folderOf(), 'affine.onnx');
  writeModelWithExternalData(path, affine(), { folder: null });
  const model = readModel(path);
  const [large, bias] = model.graph.initializer;
  expect(inlineExternalData(model, dirname(path), new Set(large === undefined ? [] : [large]))).toBe(1);
  expect(large?.dataLocation).not.toBe(bias?.dataLocation);
  expect(bias?.rawData).toHaveLength(1200);
});

test('larger constants are written beside the model, at the start of pages, and the engine finds them', async () => {
  const path = join(folderOf(), 'affine.onnx');
  const model = affine();
  const before = modelBytes(model);
  const data = writeModelWithExternalData(path, model, { folder: null });
  expect(modelBytes(model)).toEqual(before);
  expect(basename(data ?? '')).toMatch(/^affine\.onnx\.[0-9a-f]{12}\.data$/);
  expect(readdirSync(dirname(path)).sort()).toEqual(['affine.onnx', basename(data ?? '')]);

  const read = readModel(path);
  expect(checkModel(read, dirname(path))).toEqual([]);
  const entries = read.graph.initializer.map(({ externalData }) => externalData.map(({ value }) => value).slice(1));
  // 4,800 bytes from 0 on; the next page but one begins at 8,192; one float stays in the model.
  expect(entries).toEqual([['0', '4800'], ['8192', '1200'], []]);
  expect(readFileSync(data ?? '').length).toBe(8192 + 1200);
  for (const [place, tensor] of model.graph.initializer.entries()) {
    const again = read.graph.initializer[place];
    expect(again && readTensor(again, dirname(path))).toEqual(readTensor(tensor));
  }
  // Column j: Σ (k + 1) · (300 k + j) / 8 over k of 0 to 3, plus a half: (6000 + 10 j) / 8 + 0.5.
  const expected = Array.from({ length: 300 }, (_, j) => (6000 + 10 * j) / 8 + 0.5);
  expect(await outputOf(path)).toEqual(expected);
});

test('external data are carried to another folder, and brought into the model', () => {
  const [first, second] = [folderOf(), folderOf()];
  writeModelWithExternalData(join(first, 'm.onnx'), affine(), { folder: null });
  writeModelWithExternalData(join(second, 'n.onnx'), readModel(join(first, 'm.onnx')), { folder: first });
  rmSync(first, { recursive: true });

  const model = readModel(join(second, 'n.onnx'));
  expect(inlineExternalData(model, second)).toBe(2);
  expect(checkModel(model)).toEqual([]);
  expect(model.graph.initializer.map((tensor) => readTensor(tensor))).toEqual(
    affine().graph.initializer.map((tensor) => readTensor(tensor)),
  );
});

test('a missing file leaves the model as it was, and nothing is written', () => {
  const [folder, empty] = [folderOf(), folderOf()];
  writeModelWithExternalData(join(folder, 'm.onnx'), affine(), { folder: null });
  const model = readModel(join(folder, 'm.onnx'));
  const before = modelBytes(model);
  const refused = expect.objectContaining({ code: 'EXTERNAL_DATA' });
  expect(() => inlineExternalData(model, empty)).toThrow(refused);
  expect(modelBytes(model)).toEqual(before);
  expect(() => writeModelWithExternalData(join(empty, 'n.onnx'), model, { folder: empty })).toThrow(refused);
  expect(readdirSync(empty)).toEqual([]);
});

test('a model of small constants has no data file', () => {
  const path = join(folderOf(), 'small.onnx');
  expect(writeModelWithExternalData(path, affine(), { folder: null, smallest: 1e6 })).toBeNull();
  expect(readdirSync(dirname(path))).toEqual(['small.onnx']);
});
