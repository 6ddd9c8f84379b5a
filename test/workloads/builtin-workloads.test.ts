import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { createPipeline } from '../../src/engine/pipeline.ts';
import { graphCost } from '../../src/graph/cost.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { operatorCounts } from '../../src/graph/operator-counts.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { builtInWorkloads } from '../../src/workloads/builtin-workloads.ts';
import { WorkloadCache } from '../../src/workloads/cache.ts';
import { digits } from '../../src/workloads/digits.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { joinedModel } from '../../src/workloads/models-of.ts';
import { oneNode } from '../../src/workloads/one-node.ts';
import { prepareWorkload } from '../../src/workloads/prepare-workload.ts';
import type { PreparedWorkload } from '../../src/workloads/prepared-workload.ts';
import { resnet50 } from '../../src/workloads/resnet50.ts';
import { ssdlite } from '../../src/workloads/ssdlite.ts';
import type { Workload } from '../../src/workloads/workload.ts';

const cache = new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-hub-')));

/** A pipeline of the workload on the real engine. */
async function pipelineOf(workload: PreparedWorkload, batchSize: number) {
  const session = await ortCpu.load(workload.model.path, {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
  const { inputs, preprocess, postprocess } = workload;
  const pipeline = await createPipeline({ session, batchSize, inputs, preprocess, postprocess });
  return { pipeline, session, items: await openItems(workload) };
}

test.each(builtInWorkloads.map((workload) => [workload.name, workload] as const))(
  '%s is what its description says',
  async (_name, workload) => {
    expect(workload.isBuilt(new WorkloadCache(mkdtempSync(join(tmpdir(), 'dyno-empty-'))))).toBe(false);
    const prepared = await workload.prepare(cache);
    expect(workload.isBuilt(cache)).toBe(true);
    const { data, chain } = prepared;
    const stages = [prepared, ...(chain === null ? [] : [chain.angle ?? [], chain.recognise].flat())];
    const costs = stages.map(({ model, inputs }) => {
      const shapes = Object.fromEntries(inputs.map(({ name, itemShape }) => [name, itemShape]));
      const { parameters, multiplyAdds } = graphCost(readModel(model.path), shapes);
      expect(model).toMatchObject({ parameters, multiplyAdds });
      return { parameters, multiplyAdds };
    });
    const model = joinedModel(prepared);
    expect(workload.model).toMatchObject({
      parameters: costs.reduce((sum, { parameters }) => sum + parameters, 0),
      multiplyAdds: chain === null ? costs[0]?.multiplyAdds : null,
      bytes: model.bytes,
    });
    expect(data.items).toBeGreaterThan(1);
    // What is handed to other processes as JSON must come out the same.
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  },
);

test('digits are recognised: at least 98.5 % of the 2,499 that were held out', async () => {
  const { pipeline, session, items } = await pipelineOf(await digits.prepare(cache), 49);
  let right = 0;
  for (let start = 0; start < items.count; start += 49) {
    const numbers = Array.from({ length: 49 }, (_, index) => start + index);
    const answers = await pipeline.request(await Promise.all(numbers.map((number) => items.item(number))));
    right += answers.filter(({ classes }, index) => classes[0] === items.label(start + index)).length;
  }
  await session.dispose();
  expect(items.count).toBe(2499); // 51 queries of 49
  expect(right / items.count).toBeGreaterThanOrEqual(0.985);
});

test('ResNet-50 has 53 convolutions, 25,557,032 parameters and 4,089,184,256 multiply-adds', async () => {
  const { model } = await resnet50.prepare(cache);
  const graph = readModel(model.path);
  // A stem, 16 blocks of three convolutions, 4 projections.
  expect(operatorCounts(graph)).toEqual({
    Add: 16,
    BatchNormalization: 53,
    Conv: 53,
    Flatten: 1,
    Gemm: 1,
    GlobalAveragePool: 1,
    MaxPool: 1,
    Relu: 49,
  });
  expect([resnet50.model.parameters, resnet50.model.multiplyAdds]).toEqual([25_557_032, 4_089_184_256]);
});

test('the seed of ResNet-50 gives the same bytes on every machine', async () => {
  const { model } = await resnet50.prepare(cache);
  // Recorded on Node 20.20, x64: what differs elsewhere is not the model that others measured.
  expect(model.sha256).toBe('0e7b16ef46965db61328c90f53b3bc1935856547e78c703b83a3250087119cb9');
});

test('ResNet-50 strides in the 3×3 convolution, as version 1.5 does', async () => {
  const { model } = await resnet50.prepare(cache);
  const strided = readModel(model.path)
    .graph.node.filter(({ attribute }) => attribute.some(({ name, ints }) => name === 'strides' && ints[0] === 2n))
    .map(({ name }) => name);
  expect(strided).toEqual([
    'stem.conv',
    'stem.pool',
    ...[2, 3, 4].flatMap((stage) => [`stage${stage}.block1.spatial.conv`, `stage${stage}.block1.project.conv`]),
  ]);
});

test('ResNet-50 tells photographs apart, and all its scores are finite', async () => {
  const { pipeline, session, items } = await pipelineOf(await resnet50.prepare(cache), 1);
  const best = new Set<number>();
  for (let photograph = 0; photograph < items.count; photograph++) {
    const outputs = await pipeline.infer(await pipeline.prepare([await items.item(photograph)]));
    const logits = Array.from(outputs.logits?.data as Float32Array);
    expect(logits.every(Number.isFinite)).toBe(true);
    best.add(logits.indexOf(Math.max(...logits)));
  }
  await session.dispose();
  expect(items.count).toBe(9);
  expect(best.size).toBeGreaterThan(1);
});

test('SSDLite finds boxes in every photograph, and its suppression drops some that overlap', async () => {
  const workload = await ssdlite.prepare(cache);
  const { pipeline, session, items } = await pipelineOf(workload, 1);
  let candidates = 0;
  let kept = 0;
  for (let photograph = 0; photograph < items.count; photograph++) {
    const outputs = await pipeline.infer(await pipeline.prepare([await items.item(photograph)]));
    const [answer] = pipeline.answers(outputs);
    expect(answer?.boxes.length).toBeGreaterThan(10);
    kept += answer?.boxes.length ?? 0;
    const logits = outputs.scores?.data as Float32Array;
    // σ(x) ≥ 0.25 from x = −ln 3 on; class 0 is no object.
    candidates += logits.filter((x, index) => index % 81 !== 0 && x >= -Math.log(3)).length;
  }
  await session.dispose();
  expect(kept).toBeLessThan(candidates);
});

test('a workload of a plug-in that knows nothing of chains has none', async () => {
  const { chain: _, ...older } = await oneNode.prepare(cache);
  const hub = new Registry<Workload>('workload').add({ ...oneNode, prepare: async () => older as PreparedWorkload });
  const request = { name: 'one-node', kind: 'hub' as const, definition: null };
  expect((await prepareWorkload(request, hub, cache.folder)).chain).toBeNull();
});

test('a workload is prepared by its name, and an unknown name says which there are', async () => {
  const hub = new Registry<Workload>('workload').add(oneNode);
  const request = { name: 'one-node', kind: 'hub' as const, definition: null };
  expect((await prepareWorkload(request, hub, cache.folder)).model.path).toContain(cache.folder);
  await expect(prepareWorkload({ ...request, name: 'one-nod' }, hub, cache.folder)).rejects.toThrow(
    expect.objectContaining({
      code: 'PLUGIN_UNKNOWN',
      exitCode: 3,
      message: expect.stringContaining('Did you mean "one-node"?'),
    }),
  );
});
