import { expect, test } from 'vitest';
import { calibrationOn } from '../../src/compress/calibration-engine.ts';
import { readManifest } from '../../src/compress/model-manifest.ts';
import { quantizeModel } from '../../src/compress/quantize-model.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { SmallGraph } from '../engine/small-models.ts';
import { answers, normals } from './quantized-model.ts';

const load = calibrationOn(ortCpu);
const method = { kind: 'min_max' } as const;

/** An old export: opset 9, Clip with attributes, weights listed as inputs. */
function oldExport(): OnnxModel {
  const graph = new SmallGraph('old');
  const x = graph.input('x', 'float32', ['batch', 8, 6, 6]);
  const convolved = graph.apply('Conv', [x, graph.weights('w', 8, 8, 3, 3)]);
  const sliced = graph.apply('Slice', [convolved], { starts: [0], ends: [3], axes: [2] });
  const model = graph.ending(sliced, [], 9);
  model.irVersion = 3n;
  const weight = new SmallGraph('weight');
  weight.input('w', 'float32', [8, 8, 3, 3]);
  model.graph.input.push(...weight.graph().input);
  return model;
}

const feedsOf = (...seeds: number[]) => {
  return () => seeds.map((seed) => ({ x: normals(seed, 1, 8, 6, 6) as never }));
};

test('an export of opset 9 with weights among its inputs is quantised, and says how and from what', async () => {
  const model = oldExport();
  const inputs = { x: normals(1, 1, 8, 6, 6) };
  const before = Object.values(await answers(oldExport(), inputs))[0]?.data as Float32Array;
  const sourceSha256 = 'a'.repeat(64);
  const report = await quantizeModel(model, { method, feeds: feedsOf(1, 2), load, sourceSha256 });
  expect(report.opsetBefore).toBe(9);
  expect(report.decisions.filter(({ becomes }) => becomes === 'int8').map(({ operator }) => operator)).toEqual([
    'Conv',
  ]);
  const again = readModel(modelBytes(model));
  expect(readManifest(again)).toMatchObject({
    method: 'int8 static, min_max',
    sourceSha256,
    calibrationSha256: report.calibrationSha256,
  });
  const after = Object.values(await answers(again, inputs))[0]?.data as Float32Array;
  const largest = Math.max(...before.map(Math.abs));
  expect(Math.max(...before.map((value, index) => Math.abs(value - (after[index] ?? 0))))).toBeLessThan(0.03 * largest);
});

test('the hash of the calibration data is of all of them, in their order', async () => {
  const hashOf = async (groupBytes: number, ...seeds: number[]) => {
    const options = { method, feeds: feedsOf(...seeds), load, sourceSha256: '', groupBytes };
    return (await quantizeModel(oldExport(), options)).calibrationSha256;
  };
  const hash = await hashOf(2 ** 20, 1, 2);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashOf(2 ** 20, 1, 2)).toBe(hash);
  // Several passes over the data are no other data.
  expect(await hashOf(1, 1, 2)).toBe(hash);
  expect(await hashOf(2 ** 20, 2, 1)).not.toBe(hash);
  expect(await hashOf(2 ** 20, 1)).not.toBe(hash);
});

test('a model without anything to quantise is an error that says why', async () => {
  const graph = new SmallGraph('small');
  const x = graph.input('x', 'float32', [1, 4]);
  const model = graph.ending(graph.apply('MatMul', [x, graph.apply('Abs', [graph.weights('w', 4, 4)])]), []);
  const run = quantizeModel(model, { method, feeds: feedsOf(1), load, sourceSha256: '' });
  await expect(run).rejects.toMatchObject({
    code: 'NOTHING_TO_QUANTIZE',
    message: expect.stringMatching(/"small" has none that may be quantised \(1 MatMul WEIGHT_NOT_CONSTANT\)/),
  });
});
