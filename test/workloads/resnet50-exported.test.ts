import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { cleanGraph } from '../../src/graph/hygiene.ts';
import { modelInputs } from '../../src/graph/model-values.ts';
import { readModel, writeModel } from '../../src/graph/onnx-file.ts';
import { operatorCounts } from '../../src/graph/operator-counts.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { buildResnet } from '../../src/workloads/resnet-model.ts';
import { resnet50Exported } from '../../src/workloads/resnet50-exported.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-exported-'));
const options = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
} as const;
let exported = '';

beforeAll(async () => {
  exported = (await resnet50Exported.prepare(new WorkloadCache(folder))).model.path;
});

/** How many normalisations the engine leaves in the graph when it fuses. */
async function normalisationsLeft(path: string): Promise<number> {
  const dumpPath = join(folder, 'dump.onnx');
  await (await ortCpu.load(path, { ...options, dumpPath })).dispose();
  return operatorCounts(readModel(dumpPath)).BatchNormalization ?? 0;
}

test('the old export lists its 267 weights as inputs beside the picture, which alone has to be fed', () => {
  const model = readModel(exported);
  // 53 convolutions with a weight and four numbers a channel, and the dense layer with two: 53 · 5 + 2.
  expect(model.graph.input).toHaveLength(1 + 267);
  expect(modelInputs(model).map(({ name }) => name)).toEqual(['image']);
  expect([model.irVersion, model.opsetImport[0]?.version]).toEqual([4n, 9n]);
});

test('engine fusion alone leaves all 53 normalisations in the old export; after hygiene it leaves none', async () => {
  expect(await normalisationsLeft(exported)).toBe(53);
  const model = readModel(exported);
  expect(cleanGraph(model).inputsRemoved).toBe(267);
  const cleaned = join(folder, 'cleaned.onnx');
  writeModel(cleaned, model);
  expect(await normalisationsLeft(cleaned)).toBe(0);
});

test('the old export answers as resnet50 does, within the rounding of 32-bit floats', async () => {
  const plain = join(folder, 'plain.onnx');
  writeModel(plain, buildResnet(50, 50));
  const answers: number[][] = [];
  for (const path of [plain, exported]) {
    const session = await ortCpu.load(path, { ...options, fusion: 'off', optimization: 'none' });
    const picture = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => Math.sin(index / 7));
    const { logits } = await session.run({ image: session.tensor('float32', [1, 3, 224, 224], picture) }, null);
    answers.push(Array.from(logits?.data as Float32Array));
    await session.dispose();
  }
  const [expected = [], got = []] = answers;
  expect(got).toHaveLength(1000);
  // The engine packs only weights that nobody can override, and so adds up in another order: 2⁻²⁴ a step, over some thousand steps.
  const largest = Math.max(...expected.map(Math.abs));
  for (const [place, value] of expected.entries())
    expect(Math.abs((got[place] ?? 0) - value) / largest).toBeLessThan(1e-5);
});
