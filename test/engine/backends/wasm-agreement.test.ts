/** WebAssembly against the CPU provider of the same ONNX Runtime, on real models and what they are really given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Backend, Tensors } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { wasm } from '../../../src/engine/backends/wasm.ts';
import { createPipeline } from '../../../src/engine/pipeline.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { WorkloadCache } from '../../../src/workloads/cache.ts';
import { drawnLines } from '../../../src/workloads/drawn-lines.ts';
import { mnistDigits } from '../../../src/workloads/mnist-digits.ts';
import {
  angleClassifier,
  ocrCharacters,
  prepareOcrModel,
  textDetector,
  textRecogniser,
} from '../../../src/workloads/ocr-models.ts';
import {
  anglePostprocess,
  anglePreprocess,
  detectForReading,
  detectPreprocess,
  inputFor,
  recognisePostprocess,
  recognisePreprocess,
} from '../../../src/workloads/ocr-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-wasm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cache = new WorkloadCache(folder);

const tolerance = 1e-4;

function load(backend: Backend, path: string, fusion: 'on' | 'off' = 'on') {
  const options = { fusion, precision: 'fp32', threads: 1, spinning: 'off' } as const;
  return backend.load(path, { ...options, dumpPath: null, profilePrefix: null });
}

/** The largest difference between elements of the same place, of all outputs. */
function largestDifference(one: Tensors, other: Tensors): number {
  expect(Object.keys(one).sort()).toEqual(Object.keys(other).sort());
  let largest = 0;
  for (const [name, { dims, data }] of Object.entries(one)) {
    expect(other[name]?.dims).toEqual(dims);
    for (let index = 0; index < data.length; index++) {
      const difference = Math.abs(Number(data[index]) - Number(other[name]?.data[index]));
      // A NaN is no agreement, and no comparison with it holds.
      if (!(difference <= largest)) largest = difference;
    }
  }
  return largest;
}

test.each(['on', 'off'] as const)(
  'digits are told apart as on the CPU provider to 1e-4, with fusion %s',
  async (fusion) => {
    const digits = mnistDigits('held-out').slice(0, 64);
    const pixels = Float32Array.from(digits.flatMap((digit) => Array.from(digit.pixels, (pixel) => pixel / 255)));
    const outputs: Tensors[] = [];
    for (const backend of [wasm, ortCpu]) {
      const session = await load(backend, packageFile('models', 'digits', 'digits.onnx'), fusion);
      const [input] = session.inputs;
      if (input === undefined) throw new Error('Expected a model with an input.');
      outputs.push(await session.run({ [input.name]: session.tensor('float32', [64, 1, 28, 28], pixels) }, null));
      await session.dispose();
    }
    const [candidate = {}, reference = {}] = outputs;
    // Logits in the order of 10: zeros would agree, too.
    expect(largestOf(reference)).toBeGreaterThan(1);
    expect(largestDifference(candidate, reference)).toBeLessThanOrEqual(tolerance);
  },
);

const ocrModels = {
  detector: { model: textDetector, preprocess: detectPreprocess, postprocess: async () => detectForReading },
  classifier: { model: angleClassifier, preprocess: anglePreprocess, postprocess: async () => anglePostprocess },
  recogniser: {
    model: textRecogniser,
    preprocess: recognisePreprocess,
    postprocess: async () => recognisePostprocess(await ocrCharacters(cache)),
  },
};

test.each(['detector', 'classifier', 'recogniser'] as const)(
  'a drawn line of text gives the OCR %s what it gives on the CPU provider, to 1e-4',
  async (name) => {
    const { model, preprocess, postprocess } = ocrModels[name];
    const { path } = await prepareOcrModel(model, cache);
    const line = await firstLine();
    const outputs: Tensors[] = [];
    for (const backend of [wasm, ortCpu]) {
      const session = await load(backend, path);
      const pipeline = await createPipeline({
        ...{ session, preprocess, batchSize: 1, inputs: [inputFor(preprocess)] },
        postprocess: await postprocess(),
      });
      outputs.push(await pipeline.infer(await pipeline.prepare([line])));
    }
    const [candidate = {}, reference = {}] = outputs;
    // Probabilities: of a place to be text, of an angle, of a character.
    expect(largestOf(reference)).toBeGreaterThan(0.5);
    expect(largestDifference(candidate, reference)).toBeLessThanOrEqual(tolerance);
  },
  30_000,
);

function largestOf(tensors: Tensors): number {
  return Math.max(
    ...Object.values(tensors).map(({ data }) => Array.from(data, Number).reduce((a, b) => Math.max(a, b))),
  );
}

async function firstLine(): Promise<Uint8Array> {
  for await (const { bytes } of drawnLines.images()) return bytes;
  throw new Error('Expected a drawn line.');
}
