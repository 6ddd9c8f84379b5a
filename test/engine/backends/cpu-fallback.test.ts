import { expect, test } from 'vitest';
import type { LoadOptions } from '../../../src/engine/backends/backend.ts';
import { explainFallback } from '../../../src/engine/backends/cpu-fallback.ts';
import { ortCuda } from '../../../src/engine/backends/ort-cuda.ts';
import { type OrtProvider, openOrtSession } from '../../../src/engine/backends/ort-session.ts';
import { ortTensorRt } from '../../../src/engine/backends/ort-tensorrt.ts';
import { convolutionBlock, writtenModel } from '../small-models.ts';

const options: LoadOptions = {
  fusion: 'off',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

/** A device without a single operator: what the library then says and does is the same as with one that lacks some. */
const device: OrtProvider = {
  backend: 'some-device',
  precisions: { fp32: 'native' },
  executionProviders: [],
  strict: true,
  explainFailure: (cause, modelPath) =>
    explainFallback({ backend: 'some-device', executionProviders: [] }, cause, modelPath),
};

test('a model with operators that the device lacks fails, and they are named with their number', async () => {
  const path = writtenModel(convolutionBlock());
  const error = await openOrtSession(device, path, options).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'DEVICE_LACKS_OPERATORS' });
  const { message } = error as Error;
  expect(message).toContain(`${path}: expected a model that runs on the device alone`);
  // Convolution, normalisation and activation are one operator of the optimised graph.
  expect(message).toMatch(/lacks (\d+) of \1 operators: .*Conv/);
  expect(message).toContain('allow_cpu_fallback: true');
});

test('they run on the processor where that is allowed', async () => {
  const session = await openOrtSession(device, writtenModel(convolutionBlock()), {
    ...options,
    providerOptions: { allow_cpu_fallback: true },
  });
  const feeds = { x: session.tensor('float32', [1, 16, 8, 8], new Float32Array(16 * 64).fill(1)) };
  expect((await session.run(feeds, null)).y?.dims).toEqual([1, 16, 8, 8]);
  await session.dispose();
});

test('another error of the library is about the model', async () => {
  expect(await explainFallback(device, new Error('Protobuf parsing failed.'), 'm.onnx')).toBeNull();
});

test('a model whose operators cannot be found out is refused all the same', async () => {
  const cause = new Error('nodes …, but fallback to CPU EP has been explicitly disabled by the user.');
  const error = await explainFallback(device, cause, '/none/m.onnx');
  expect(error).toMatchObject({ code: 'DEVICE_LACKS_OPERATORS' });
  expect(error?.message).toContain('which ones could not be found out');
});

test('TensorRT in this process has no precisions that need an option, and says who has', async () => {
  await expect(ortTensorRt.load('m.onnx', { ...options, precision: 'fp16' })).rejects.toMatchObject({
    code: 'PRECISION_UNAVAILABLE',
    message: expect.stringMatching(/trt_fp16_enable.*--backend python-onnxruntime-tensorrt/),
  });
});

test('without the libraries of the provider a model is refused with what is missing', async () => {
  if ((await ortCuda.probe()).available) return;
  await expect(ortCuda.load(writtenModel(convolutionBlock()), options)).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message: expect.stringMatching(/^Backend ort-cuda: .*(provider|loader|driver)/),
  });
});

test.each([
  ['fusion', { fusion: 'off' as const }],
  ['layout', { fusion: 'on' as const, layout: 'plain' as const }],
])('TensorRT cannot be told to leave its %s', async (axis, change) => {
  await expect(ortTensorRt.load('m.onnx', { ...options, ...change })).rejects.toMatchObject({
    code: 'AXIS_UNSUPPORTED',
    message: expect.stringContaining(`expected ${axis}`),
  });
});
