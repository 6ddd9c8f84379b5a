import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrationOn } from '../../src/compress/calibration-engine.ts';
import { itemFeeds } from '../../src/compress/item-feeds.ts';
import { quantizeModel } from '../../src/compress/quantize-model.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { createPipeline } from '../../src/engine/pipeline.ts';
import { measureFidelity } from '../../src/engine/proof/fidelity.ts';
import { measureBoxRecall, measureCharacterAccuracy } from '../../src/engine/proof/text-accuracy.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { type Items, openItems } from '../../src/workloads/load-items.ts';
import { ocrDetect } from '../../src/workloads/ocr-detect.ts';
import { ocrRecognise } from '../../src/workloads/ocr-recognise.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';
import { writtenModel } from '../engine/small-models.ts';

const cache = new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-ocr-int8-')));

async function pipelineOf({ inputs, preprocess, postprocess }: PreparedWorkload, path: string) {
  const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off' } as const;
  const session = await ortCpu.load(path, { ...options, dumpPath: null, profilePrefix: null });
  return createPipeline({ session, batchSize: 1, inputs, preprocess, postprocess });
}

/** Some of the items, from a place on. */
function part(items: Items, start: number, count: number) {
  return {
    count,
    item: (index: number) => items.item(start + index),
    truth: (index: number) => items.truth(start + index),
  };
}

/** The model in 8 bits, calibrated on the last items; accuracy and fidelity are measured on the first ones. */
async function quantized(workload: PreparedWorkload, calibrationItems: number) {
  const items = await openItems(workload);
  const reference = await pipelineOf(workload, workload.model.path);
  const calibration = part(items, items.count - calibrationItems, calibrationItems);
  const model = readModel(workload.model.path);
  const report = await quantizeModel(model, {
    method: { kind: 'min_max' },
    load: calibrationOn(ortCpu),
    sourceSha256: workload.model.sha256,
    feeds: itemFeeds(reference, 1, calibration, calibrationItems),
  });
  const candidate = await pipelineOf(workload, writtenModel(model));
  const operators = await optimizedOperators(model, 'all', '');
  return { items, reference, candidate, report, operators };
}

/** How often an operator became 8 bits, and how often the engine has an operator of 8 bits for it. */
function targets(report: { decisions: readonly { operator: string; becomes: string }[] }, operator: string): number {
  return report.decisions.filter((one) => one.operator === operator && one.becomes === 'int8').length;
}

test('the recogniser in 8 bits reads within a point of what it reads in floats, and all its convolutions are 8-bit ones', async () => {
  const workload = await ocrRecognise.prepare(cache);
  const { items, reference, candidate, report, operators } = await quantized(workload, 24);
  expect([targets(report, 'Conv'), targets(report, 'MatMul')]).toEqual([38, 9]);
  expect(operators).toMatchObject({ 'com.microsoft:QLinearConv': 38, QLinearMatMul: 9 });
  const read = async (pipeline: typeof candidate) =>
    (await measureCharacterAccuracy(pipeline, 1, part(items, 0, 64), 64)).value;
  const [before, after] = [await read(reference), await read(candidate)];
  expect(before).toBeGreaterThan(0.95);
  expect(after).toBeGreaterThan(before - 0.01);
  const fidelity = await measureFidelity({ candidate, reference, batchSize: 1 }, part(items, 0, 16), 16);
  expect(fidelity?.sqnrDb).toBeGreaterThan(8);
}, 120_000);

test('the detector in 8 bits finds the lines that it finds in floats, and all its convolutions are 8-bit ones', async () => {
  const workload = await ocrDetect.prepare(cache);
  const { items, reference, candidate, report, operators } = await quantized(workload, 3);
  expect(targets(report, 'Conv')).toBe(62);
  expect(operators).toMatchObject({ 'com.microsoft:QLinearConv': 62 });
  const found = async (pipeline: typeof candidate) => (await measureBoxRecall(pipeline, 1, part(items, 0, 3), 3)).value;
  const [before, after] = [await found(reference), await found(candidate)];
  expect(before).toBeGreaterThan(0.98);
  expect(after).toBeGreaterThan(before - 0.01);
  const fidelity = await measureFidelity({ candidate, reference, batchSize: 1 }, part(items, 0, 3), 3);
  expect(fidelity?.sqnrDb).toBeGreaterThan(12);
}, 120_000);
