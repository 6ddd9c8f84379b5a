import { expect, test } from 'vitest';
import type { LoadOptions, Tensors } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { createPipeline } from '../../../src/engine/pipeline.ts';
import { compareOutputs, measureFidelity, referenceOptions } from '../../../src/engine/proof/fidelity.ts';
import { generator, uniform } from '../../../src/stats/random.ts';
import { convolutionBlock, oneNode, writtenModel } from '../small-models.ts';

function outputs(...tensors: number[][]): Tensors {
  return Object.fromEntries(
    tensors.map((values, index) => [
      `y${index}`,
      { type: 'float32', dims: [values.length], data: Float32Array.from(values) },
    ]),
  );
}

test('equal outputs have cosine 1 and an infinite ratio of signal to noise', () => {
  expect(compareOutputs(outputs([1, -2, 3]), outputs([1, -2, 3]))).toEqual({
    cosine: 1,
    sqnrDb: Number.POSITIVE_INFINITY,
  });
});

test('the figures go over all outputs as one vector', () => {
  // r = (3, 4, 0), c = (3, 4, 5): r·c = 25, |r| = 5, |c| = √50; noise 25, signal 25
  const agreement = compareOutputs(outputs([3, 4], [5]), outputs([3, 4], [0]));
  expect(agreement?.cosine).toBeCloseTo(25 / (5 * Math.sqrt(50)), 12);
  expect(agreement?.sqnrDb).toBeCloseTo(0, 12);
});

test('an error of a hundredth of the signal is 40 dB', () => {
  expect(compareOutputs(outputs([100, 1]), outputs([100, 0]))?.sqnrDb).toBeCloseTo(40, 10); // 10 log10(100² / 1²)
});

test('opposite outputs have cosine −1, a zero vector has 0 with another, and two have none', () => {
  expect(compareOutputs(outputs([-1, -2]), outputs([1, 2]))?.cosine).toBe(-1);
  expect(compareOutputs(outputs([0, 0]), outputs([0, 0]))).toBeNull();
  expect(compareOutputs(outputs([1, 0]), outputs([0, 0]))).toEqual({ cosine: 0, sqnrDb: Number.NaN });
});

test('outputs that cannot be compared are refused', () => {
  expect(() => compareOutputs(outputs([1]), outputs([1, 2]))).toThrowError(
    expect.objectContaining({ code: 'OUTPUT_MISMATCH' }),
  );
  expect(() => compareOutputs({}, outputs([1]))).toThrowError(/got none/);
  expect(() => compareOutputs(outputs([Number.NaN]), outputs([1]))).toThrowError(
    expect.objectContaining({ code: 'OUTPUT_NOT_FINITE' }),
  );
});

const options: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

test('a fused graph agrees with the graph of the file to the rounding of floats, and that with itself to the bit', async () => {
  const path = writtenModel(convolutionBlock());
  const pipelineWith = async (loadOptions: LoadOptions) =>
    createPipeline({
      session: await ortCpu.load(path, loadOptions),
      batchSize: 2,
      inputs: [{ name: 'x', type: 'float32', itemShape: [1, 16, 8, 8], batchAxis: 0 }],
      preprocess: null,
      postprocess: { kind: 'none' },
    });
  const items = {
    count: 5,
    item: (index: number): Tensors => {
      const source = generator(index);
      return {
        x: {
          type: 'float32',
          dims: [1, 16, 8, 8],
          data: Float32Array.from({ length: 1024 }, () => uniform(source) - 0.5),
        },
      };
    },
  };
  const reference = await pipelineWith(referenceOptions(options));
  const fused = await measureFidelity({ candidate: await pipelineWith(options), reference, batchSize: 2 }, items, 4);
  expect(fused?.items).toBe(4);
  expect(fused?.cosine).toBeGreaterThan(0.999999);
  expect(fused?.sqnrDb).toBeGreaterThan(100); // 24 bits of mantissa are 144 dB, less some for sums of 144 products
  const itself = await measureFidelity(
    { candidate: await pipelineWith(referenceOptions(options)), reference, batchSize: 2 },
    items,
    100,
  );
  expect(itself).toEqual({ cosine: 1, sqnrDb: null, sqnrReason: 'BIT_EQUAL', items: 4 }); // five items make two whole queries
});

test('queries that both answer with zeros count for nothing, and only such give no fidelity', async () => {
  const pipeline = await createPipeline({
    session: await ortCpu.load(writtenModel(oneNode()), options),
    batchSize: 1,
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 4], batchAxis: 0 }],
    preprocess: null,
    postprocess: { kind: 'none' },
  });
  const pipelines = { candidate: pipeline, reference: pipeline, batchSize: 1 };
  const filledWith = (...values: number[]) => ({
    count: values.length,
    item: (index: number): Tensors => ({
      x: { type: 'float32', dims: [1, 4], data: new Float32Array(4).fill(values[index] ?? 0) },
    }),
  });
  expect(await measureFidelity(pipelines, filledWith(0, -1), 2)).toBeNull(); // Relu makes zeros of both
  expect(await measureFidelity(pipelines, filledWith(0, 1, 2), 3)).toMatchObject({ cosine: 1, items: 2 });
});
