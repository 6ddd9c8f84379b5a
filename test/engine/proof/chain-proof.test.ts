import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { quantizeDynamic } from '../../../src/compress/quantize-dynamic.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { measureChainFidelity } from '../../../src/engine/proof/chain-fidelity.ts';
import { proveChain } from '../../../src/engine/proof/prove-chain.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { detectorModel, page, recogniserModel, smallOcr } from '../chain/small-ocr.ts';
import { convolutionBlock, SmallGraph, temporaryFolder, writtenModel } from '../small-models.ts';

const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off' } as const;

function load(model: OnnxModel) {
  return ortCpu.load(writtenModel(model), { ...options, dumpPath: null, profilePrefix: null });
}

/** The recogniser with its blank at another score: all its outputs differ a little. */
function otherRecogniser(): OnnxModel {
  const graph = new SmallGraph('other');
  const x = graph.input('x', 'float32', ['batch', 3, 8, 'width']);
  const steps = graph.apply('AveragePool', [x], { kernel_shape: [8, 8], strides: [8, 8] });
  const flat = graph.apply('Squeeze', [steps, graph.integers('axis', [2])]);
  const letters = graph.apply('Transpose', [flat], { perm: [0, 2, 1] });
  const pads = graph.integers('pads', [0, 0, 1, 0, 0, 0]);
  const scores = graph.node('Pad', [letters, pads, graph.scalar('blank', 110)], { outputs: ['scores'] });
  return graph.ending(scores, ['batch', 'steps', 4], 13);
}

/** A detector that takes everything for text. */
function brightDetector(): OnnxModel {
  const graph = new SmallGraph('bright');
  const x = graph.input('x', 'float32', ['batch', 3, 'height', 'width']);
  const mean = graph.apply('ReduceMean', [x], { axes: [1], keepdims: 1 });
  const bright = graph.apply('Greater', [mean, graph.scalar('limit', -1)]);
  const map = graph.node('Cast', [bright], { outputs: ['map'], attributes: { to: 1 } });
  return graph.ending(map, ['batch', 1, 'height', 'width'], 13);
}

async function items() {
  const images = [
    await page(320, 64, { text: 'abc', x: 10, y: 10 }),
    await page(320, 64),
    await page(256, 96, { text: 'cab', x: 10, y: 60 }),
  ];
  return { count: images.length, item: (index: number) => images[index] ?? new Uint8Array() };
}

test('a chain that is compared with its own models agrees to the bit, over all items', async () => {
  const candidate = await smallOcr({ batchSize: 1, angle: false });
  const references = new Map([
    ['detect' as const, await load(detectorModel())],
    ['recognise' as const, await load(recogniserModel())],
  ]);
  expect(await measureChainFidelity({ candidate, references, batchSize: 1 }, await items(), 16)).toMatchObject({
    cosine: 1,
    sqnrDb: null,
    sqnrReason: 'BIT_EQUAL',
    items: 3,
  });
});

test('the figure is that of the model that agrees least', async () => {
  const candidate = await smallOcr({ batchSize: 1, angle: false });
  const references = new Map([
    ['detect' as const, await load(detectorModel())],
    ['recognise' as const, await load(otherRecogniser())],
  ]);
  const fidelity = await measureChainFidelity({ candidate, references, batchSize: 1 }, await items(), 16);
  expect(fidelity).toMatchObject({ model: 'recognise', items: 3 });
  expect(fidelity?.cosine).toBeLessThan(1);
  expect(fidelity?.cosine).toBeGreaterThan(0.99);
  // Nobody watches any more.
  await candidate.request([(await items()).item(0)]);
});

test('models that never ran are told apart from those that agree', async () => {
  const candidate = await smallOcr({ batchSize: 1, angle: false });
  const references = new Map([
    ['detect' as const, await load(brightDetector())],
    ['recognise' as const, await load(recogniserModel())],
  ]);
  const gap = await page(64, 64);
  const one = { count: 1, item: () => gap };
  const fidelity = await measureChainFidelity({ candidate, references, batchSize: 1 }, one, 16);
  expect(fidelity).toMatchObject({ model: 'detect', cosine: 0, uncompared: ['recognise'] });
});

test('pages that show nothing to any model are no agreement', async () => {
  const candidate = await smallOcr({ batchSize: 1, angle: false });
  const references = new Map([['detect' as const, await load(detectorModel())]]);
  const blank = await page(64, 64);
  const one = { count: 1, item: () => blank };
  expect(await measureChainFidelity({ candidate, references, batchSize: 1 }, one, 16)).toBeNull();
});

test('the proofs of the models are joined: operators by model, and something to fuse where one model has it', async () => {
  const workFolder = mkdtempSync(join(tmpdir(), 'dyno-chain-proof-'));
  onTestFinished(() => rmSync(workFolder, { recursive: true, force: true }));
  const block = {
    name: 'detect',
    modelPath: writtenModel(convolutionBlock()),
    feeds: { x: { type: 'float32', dims: [1, 16, 8, 8], data: new Float32Array(16 * 64) } },
  };
  const reader = {
    name: 'recognise',
    modelPath: writtenModel(recogniserModel()),
    feeds: { x: { type: 'float32', dims: [1, 3, 8, 16], data: new Float32Array(3 * 8 * 16) } },
  };
  const request = { backend: ortCpu, options, workFolder };
  const both = await proveChain(request, [block, reader]);
  expect(both.nothingToFuse).toBe(false);
  expect(Object.keys(both.operators)).toContain('recognise: Transpose');
  expect(Object.keys(both.operators).some((name) => name.startsWith('detect: '))).toBe(true);
  // The reader has nothing to fuse: whether fusion is on is seen in the other model.
  expect(both.effective).toMatchObject({
    fusion: { value: 'on', evidence: 'dump' },
    backend: { value: 'ort-cpu', evidence: 'profile' },
  });
  expect((await proveChain(request, [reader])).nothingToFuse).toBe(true);
});

test('a model of which nothing could be converted leaves the precision to the others, and where none was, it is not in effect', async () => {
  const workFolder = temporaryFolder();
  const graph = new SmallGraph('product');
  const x = graph.input('x', 'float32', ['batch', 16]);
  const product = graph.ending(graph.apply('MatMul', [x, graph.weights('w', 16, 32)]), ['batch', 32]);
  quantizeDynamic(product);
  const reading = {
    name: 'recognise',
    modelPath: writtenModel(product),
    feeds: { x: { type: 'float32', dims: [1, 16], data: new Float32Array(16) } },
  };
  const block = {
    name: 'detect',
    modelPath: writtenModel(convolutionBlock()),
    feeds: { x: { type: 'float32', dims: [1, 16, 8, 8], data: new Float32Array(16 * 64) } },
  };
  const request = { backend: ortCpu, options: { ...options, precision: 'int8_dynamic' }, workFolder };
  expect((await proveChain(request, [block, reading])).effective).toMatchObject({
    precision: { value: 'int8_dynamic', evidence: 'dump' },
    storedPrecision: { value: 'detect: fp32, recognise: int8_dynamic' },
  });
  expect((await proveChain(request, [block])).effective.precision).toEqual({ value: 'fp32', evidence: 'dump' });
});
