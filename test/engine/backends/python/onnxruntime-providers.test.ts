import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import {
  type PythonProvider,
  providersFor,
  pythonProviders,
} from '../../../../src/engine/backends/python/onnxruntime-providers.ts';
import { closeSpareWorkers } from '../../../../src/engine/backends/python/python-library.ts';
import { pythonOnnxRuntimes } from '../../../../src/engine/backends/python/python-onnxruntime.ts';
import { providerOf } from '../../../../src/engine/proof/device-share.ts';
import { findProgram } from '../../../../src/kernel/find-program.ts';
import { packageFile } from '../../../../src/kernel/package-root.ts';

const python = findProgram('python3');
const folder = mkdtempSync(join(tmpdir(), 'dyno-providers-'));
const before = process.env.DYNO_PYTHON;
afterEach(closeSpareWorkers);
afterAll(() => {
  if (before === undefined) delete process.env.DYNO_PYTHON;
  else process.env.DYNO_PYTHON = before;
  rmSync(folder, { recursive: true, force: true });
});

function provider(name: string): PythonProvider {
  const found = pythonProviders.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

function settings(name: string, options: Partial<Parameters<typeof providersFor>[1]> = {}) {
  return providersFor(provider(name), { precision: 'fp32', threads: 2, ...options });
}

test('fp32 is not TF32, and tf32 is', () => {
  const rounds = (precision: string) => settings('python-onnxruntime-cuda', { precision })[0]?.options.use_tf32;
  expect(['fp32', 'fp16', 'tf32'].map(rounds)).toEqual(['0', '0', '1']);
});

test('what TensorRT leaves, CUDA takes, each with its own options', () => {
  const providerOptions = { trt_timing_cache_enable: true, gpu_mem_limit: 1024 };
  expect(settings('python-onnxruntime-tensorrt', { precision: 'fp16', providerOptions })).toEqual([
    {
      name: 'TensorrtExecutionProvider',
      options: { trt_timing_cache_enable: 'true', trt_fp16_enable: '1', trt_int8_enable: '0' },
    },
    { name: 'CUDAExecutionProvider', options: { gpu_mem_limit: '1024', use_tf32: '0' } },
  ]);
});

test('OpenVINO computes 32-bit floats in 32 bits on the processor, with the threads of the case', () => {
  const options = { device_type: 'CPU', precision: 'FP32', num_of_threads: '2', num_streams: '1' };
  expect(settings('python-onnxruntime-openvino')).toEqual([{ name: 'OpenVINOExecutionProvider', options }]);
  expect(() => settings('python-onnxruntime-openvino', { providerOptions: { device_type: 'GPU' } })).toThrow(
    'expected CPU',
  );
});

test('an option that an axis decides about is refused, and Dyno’s own is no option of a provider', () => {
  expect(() => settings('python-onnxruntime-openvino', { providerOptions: { num_of_threads: 8 } })).toThrow(
    'expected 2, to which python-onnxruntime-openvino sets it for precision fp32 and 2 threads, got 8',
  );
  expect(settings('python-onnxruntime', { providerOptions: { allow_cpu_fallback: true } })).toEqual([
    { name: 'CPUExecutionProvider', options: {} },
  ]);
});

test('what ran where is told by the name that ONNX Runtime has for each provider', () => {
  for (const { name, provider: ofLibrary } of pythonProviders) expect(providerOf[name], name).toBe(ofLibrary);
});

test.skipIf(process.platform === 'win32')('a provider that compiles is not asked to leave that', async () => {
  const openvino = pythonOnnxRuntimes.find(({ name }) => name.endsWith('openvino'));
  const usual = { precision: 'fp32', threads: 1, spinning: 'off', dumpPath: null, profilePrefix: null } as const;
  const file = packageFile('models', 'digits', 'digits.onnx');
  await expect(openvino?.load(file, { ...usual, fusion: 'off' })).rejects.toMatchObject({ code: 'AXIS_UNSUPPORTED' });
  await expect(openvino?.load(file, { ...usual, fusion: 'on', layout: 'plain' })).rejects.toThrow(
    'expected layout engine, got plain',
  );
});

/** What the probe of a backend says where the library says this of itself, and fails so when a model is tried. */
async function probed(name: string, hello: Readonly<Record<string, unknown>>, failure = '') {
  const fake = join(folder, 'python3');
  const script = packageFile('test', 'engine', 'backends', 'python', 'pretend_worker.py');
  const words = [python ?? '', '-B', script, 'answers', join(folder, 'marker'), JSON.stringify(hello), failure];
  writeFileSync(fake, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')}\n`);
  chmodSync(fake, 0o755);
  process.env.DYNO_PYTHON = fake;
  return pythonOnnxRuntimes.find((one) => one.name === name)?.probe();
}

const withCuda = { providers: ['TensorrtExecutionProvider', 'CUDAExecutionProvider', 'CPUExecutionProvider'] };
const skips = python === null || process.platform === 'win32';

test.skipIf(skips)('a build without the provider is told with the package that has it', async () => {
  expect(await probed('python-onnxruntime-migraphx', {})).toMatchObject({
    available: false,
    reason: expect.stringMatching(/has no MIGraphXExecutionProvider, only CPUExecutionProvider; it needs ROCm/),
    remedy: expect.stringContaining('~/.venvs/dyno-migraphx/bin/pip install onnxruntime-migraphx'),
  });
});

test.skipIf(skips || process.platform === 'darwin')(
  'a provider of another system is told without a package',
  async () => {
    expect(await probed('python-onnxruntime-directml', {})).toMatchObject({
      reason: expect.stringContaining('it needs Windows'),
      remedy: 'Measure on Windows.',
    });
    expect(await probed('python-onnxruntime-coreml', {})).toMatchObject({ remedy: 'Measure on macOS.' });
  },
);

test.skipIf(skips)('without a GPU it is the driver that is missing, and no package', async () => {
  const hello = { ...withCuda, nvidia: null, nvidiaMissing: 'libcuda.so.1: cannot open shared object file' };
  expect(await probed('python-onnxruntime-cuda', hello)).toEqual({
    available: false,
    reason:
      'CUDAExecutionProvider needs a GPU of NVIDIA, and no driver shows one (libcuda.so.1: cannot open shared object file)',
    remedy: expect.stringContaining('nvidia-smi must list the GPU'),
  });
});

test.skipIf(skips)('a library that the provider lacks is named, with the line that installs it', async () => {
  const hello = { ...withCuda, nvidia: { name: 'NVIDIA Example', capability: [9, 0] }, nvidiaMissing: null };
  const failure = 'CUDAExecutionProvider could not be started: libcublasLt.so.13 is not found.';
  expect(await probed('python-onnxruntime-cuda', hello, failure)).toEqual({
    available: false,
    reason: failure,
    remedy: expect.stringContaining('onnxruntime-gpu[cuda,cudnn]==1.30.0'),
  });
});

test.skipIf(skips)('TF32 is had by devices from Ampere on', async () => {
  const precisions = async (capability: readonly number[]) => {
    const hello = { ...withCuda, nvidia: { name: 'NVIDIA Example', capability }, nvidiaMissing: null };
    const probe = await probed('python-onnxruntime-cuda', hello);
    await closeSpareWorkers();
    expect(probe).toMatchObject({ available: true, device: 'NVIDIA Example' });
    return probe?.available ? Object.keys(probe.precisions) : [];
  };
  expect(await precisions([7, 5])).toEqual(['fp32', 'fp16', 'int8']);
  expect(await precisions([8, 0])).toEqual(['fp32', 'tf32', 'fp16', 'int8']);
});

test.skipIf(skips)('threads of the processor are nothing on a device, unless operators may run there', async () => {
  const hello = { ...withCuda, nvidia: { name: 'NVIDIA Example', capability: [9, 0] }, nvidiaMissing: null };
  await probed('python-onnxruntime-cuda', hello);
  const backend = pythonOnnxRuntimes.find(({ name }) => name === 'python-onnxruntime-cuda');
  const usual = { precision: 'fp32', threads: 2, spinning: 'off', dumpPath: null, profilePrefix: null } as const;
  const threadsWith = async (providerOptions: Readonly<Record<string, boolean>>) => {
    const file = packageFile('models', 'digits', 'digits.onnx');
    const session = await backend?.load(file, { ...usual, fusion: 'on', providerOptions });
    await session?.dispose();
    return session?.effective().threads;
  };
  expect(await threadsWith({})).toEqual({ value: null, evidence: 'session metadata' });
  expect(await threadsWith({ allow_cpu_fallback: true })).toEqual({ value: 2, evidence: 'unverified' });
});
