import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LoadOptions } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { ortCuda } from '../../../src/engine/backends/ort-cuda.ts';
import { ortTensorRt } from '../../../src/engine/backends/ort-tensorrt.ts';
import { ortWebGpu } from '../../../src/engine/backends/ort-webgpu.ts';
import { pythonOnnxRuntimes } from '../../../src/engine/backends/python/python-onnxruntime.ts';
import { wasm } from '../../../src/engine/backends/wasm.ts';
import { backendInEffect, deviceShare, deviceShareFields, providerOf } from '../../../src/engine/proof/device-share.ts';
import { type OperatorProfile, operatorProfile } from '../../../src/engine/proof/operator-profile.ts';
import { convolutionBlock, temporaryFolder, writtenModel } from '../small-models.ts';

/** Operators with their provider and microseconds. */
function profileOf(
  ...nodes: readonly (readonly [operator: string, provider: string | null, microseconds: number])[]
): OperatorProfile {
  return {
    runs: 4,
    isPartial: false,
    nodes: nodes.map(([operator, provider, microseconds], index) => ({
      name: `n${index}`,
      operator,
      provider: provider === null ? null : `${provider}ExecutionProvider`,
      seconds: microseconds / 1e6,
      calls: 1,
    })),
  };
}

const mixed = profileOf(
  ['Conv', 'CUDA', 70],
  ['Relu', 'CUDA', 10],
  ['MemcpyToHost', 'CUDA', 5],
  ['NonMaxSuppression', 'CPU', 10],
  ['MemcpyFromHost', 'CUDA', 5],
  ['Gemm', 'CUDA', 0],
);

test('the share of operators leaves copies out, and that of time takes them as lost', () => {
  expect(deviceShare(mixed, ['CUDAExecutionProvider'])).toEqual({ nodes: 3 / 4, time: 0.8 });
  expect(deviceShareFields('ort-cuda', mixed)).toEqual({
    deviceShareOfNodes: { value: 0.75, evidence: 'profile' },
    deviceShareOfTime: { value: 0.8, evidence: 'profile' },
  });
});

test('what TensorRT leaves to CUDA runs on the device, too', () => {
  const both = profileOf(['TRTKernel_graph_0', 'Tensorrt', 90], ['Resize', 'CUDA', 10]);
  expect(deviceShareFields('ort-tensorrt', both).deviceShareOfTime?.value).toBe(1);
  expect(deviceShareFields('ort-cuda', both).deviceShareOfNodes?.value).toBe(0.5);
});

test('a backend is in effect where others run only what is meant for them', () => {
  const [tensorRt, cuda, cpu] = ['TensorrtExecutionProvider', 'CUDAExecutionProvider', 'CPUExecutionProvider'];
  const seen = (backend: string, calls: Record<string, number>, mayFallBack = false) =>
    backendInEffect(backend, calls, mayFallBack).value;
  expect(seen('ort-tensorrt', { [tensorRt]: 5, [cuda]: 5 })).toBe('ort-tensorrt');
  expect(seen('ort-tensorrt', { [cuda]: 5 })).toBe('CUDAExecutionProvider 100 %');
  expect(seen('ort-cuda', { [cuda]: 9, [cpu]: 1 })).toBe('CUDAExecutionProvider 90 %, CPUExecutionProvider 10 %');
  expect(seen('ort-cuda', { [cuda]: 9, [cpu]: 1 }, true)).toBe('ort-cuda');
  expect(seen('ort-cuda', { [cpu]: 1 }, true)).toBe('CPUExecutionProvider 100 %');
  expect(seen('ort-cpu', { [cpu]: 3 })).toBe('ort-cpu');
  expect(seen('some-plug-in', { [cpu]: 3 })).toBe('CPUExecutionProvider 100 %');
  expect(seen('ort-cuda', {})).toBeNull();
});

test('without operators, or without where they ran, the share is not known', () => {
  expect(deviceShare(profileOf(), ['CUDAExecutionProvider'])).toBeNull();
  expect(deviceShareFields('ort-cuda', profileOf(['Conv', null, 5])).deviceShareOfNodes?.value).toBeNull();
});

test('of a real profile all was done by the processor, which is no device of its own', async () => {
  const options: LoadOptions = {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: join(temporaryFolder(), 'operators'),
  };
  const session = await ortCpu.load(writtenModel(convolutionBlock()), options);
  const feeds = { x: session.tensor('float32', [1, 16, 8, 8], new Float32Array(16 * 64)) };
  for (let run = 0; run < 3; run++) await session.run(feeds, null);
  const path = await session.profile();
  await session.dispose();
  const profile = path === null ? null : operatorProfile(path);
  if (profile === null) throw new Error('no run was recorded');
  expect(deviceShare(profile, ['CPUExecutionProvider'])).toEqual({ nodes: 1, time: 1 });
  expect(deviceShare(profile, ['CUDAExecutionProvider'])).toEqual({ nodes: 0, time: 0 });
  expect(deviceShareFields('ort-cpu', profile)).toEqual({});
});

test('every backend of ONNX Runtime has the name of its provider', () => {
  const all = [ortCpu, ortCuda, ortTensorRt, ortWebGpu, wasm, ...pythonOnnxRuntimes].map(({ name }) => name);
  expect(all.filter((name) => providerOf[name] === undefined)).toEqual([]);
});
