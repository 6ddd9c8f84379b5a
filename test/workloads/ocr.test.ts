import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { createOcrPipeline } from '../../src/engine/chain/ocr-pipeline.ts';
import { createPipeline } from '../../src/engine/pipeline.ts';
import { measureBoxRecall, measureCharacterAccuracy } from '../../src/engine/proof/text-accuracy.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { ocr } from '../../src/workloads/ocr.ts';
import { ocrAngle } from '../../src/workloads/ocr-angle.ts';
import { ocrDetect } from '../../src/workloads/ocr-detect.ts';
import { ocrCharacters } from '../../src/workloads/ocr-models.ts';
import { ocrRecognise } from '../../src/workloads/ocr-recognise.ts';
import type { PreparedModel, PreparedStage, PreparedWorkload } from '../../src/workloads/prepared-workload.ts';

const cache = new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-ocr-')));

function load({ path }: PreparedModel) {
  const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off' } as const;
  return ortCpu.load(path, { ...options, dumpPath: null, profilePrefix: null });
}

async function pipelineOf({ model, inputs, preprocess, postprocess }: PreparedWorkload, batchSize: number) {
  return createPipeline({ session: await load(model), batchSize, inputs, preprocess, postprocess });
}

async function stageOf({ model, inputs, preprocess, postprocess, maxBatch }: PreparedStage) {
  return { session: await load(model), inputs, preprocess, postprocess, maxBatch };
}

async function chainOf(workload: PreparedWorkload, batchSize: number) {
  const { chain, model, inputs, preprocess, postprocess } = workload;
  if (chain?.angle == null || preprocess === null) throw new Error('Expected a chain of three models.');
  const detect = await stageOf({ model, inputs, preprocess, postprocess, maxBatch: batchSize });
  const [angle, recognise] = [await stageOf(chain.angle), await stageOf(chain.recognise)];
  return createOcrPipeline({ batchSize, detect, angle, recognise });
}

test.each([1, 8])(
  'the recogniser reads at least 95 of 100 characters of 32 drawn lines at batch %i',
  async (batch) => {
    const workload = await ocrRecognise.prepare(cache);
    const items = await openItems(workload);
    expect(items.count).toBe(200);
    const { value } = await measureCharacterAccuracy(await pipelineOf(workload, batch), batch, items, 32);
    expect(value).toBeGreaterThanOrEqual(0.95);
  },
  60_000,
);

test('the detector finds at least 98 % of the lines of three drawn pages', async () => {
  const workload = await ocrDetect.prepare(cache);
  const items = await openItems(workload);
  expect(items.count).toBe(24);
  expect((await measureBoxRecall(await pipelineOf(workload, 1), 1, items, 3)).value).toBeGreaterThanOrEqual(0.98);
}, 60_000);

test('the angle classifier tells at least 95 % of 200 lines that are upright or upside down', async () => {
  const workload = await ocrAngle.prepare(cache);
  const items = await openItems(workload);
  const pipeline = await pipelineOf(workload, 20);
  const classes = Array.from({ length: items.count }, (_, index) => items.label(index));
  let right = 0;
  for (let start = 0; start < items.count; start += 20) {
    const query = await Promise.all(Array.from({ length: 20 }, (_, offset) => items.item(start + offset)));
    const answers = await pipeline.request(query);
    right += answers.filter((answer, offset) => answer.classes[0] === classes[start + offset]).length;
  }
  // Both classes in numbers, or one answer for all would do.
  expect(classes.filter((label) => label === 1).length).toBeGreaterThan(80);
  expect(classes.filter((label) => label === 0).length).toBeGreaterThan(80);
  expect(right / items.count).toBeGreaterThanOrEqual(0.95);
}, 60_000);

test('the chain reads at least 95 % of the characters of an upright page and of one that is upside down', async () => {
  const workload = await ocr.prepare(cache);
  const items = await openItems(workload);
  // The eighth page is upside down: its text begins at the bottom right.
  const [upright, turned] = [items.truth(0)?.[0]?.box, items.truth(7)?.[0]?.box];
  expect(upright?.[0]).toBeLessThan(upright?.[2] ?? 0);
  expect(turned?.[0]).toBeGreaterThan(turned?.[2] ?? 0);
  const two = {
    count: 2,
    item: (index: number) => items.item(index * 7),
    truth: (index: number) => items.truth(index * 7),
  };
  const { value } = await measureCharacterAccuracy(await chainOf(workload, 2), 2, two, 2);
  expect(value).toBeGreaterThanOrEqual(0.95);
}, 60_000);

test('the characters are those of the 6,625 classes but the blank, the space last', async () => {
  const characters = await ocrCharacters(cache);
  expect(characters.length).toBe(6624);
  expect([characters[0], characters.at(-1)]).toEqual(["'", ' ']);
  expect(characters.filter((character) => Array.from(character).length !== 1)).toEqual([]);
});
