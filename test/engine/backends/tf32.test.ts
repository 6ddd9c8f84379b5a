import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { blockingEnvironment, ofGeneration, tf32Environment, tf32Variable } from '../../../src/engine/backends/tf32.ts';

const before = process.env[tf32Variable];
beforeEach(() => {
  vi.resetModules();
  delete process.env[tf32Variable];
});
afterEach(() => {
  if (before === undefined) delete process.env[tf32Variable];
  else process.env[tf32Variable] = before;
});

/** In a process in which no library of NVIDIA was loaded yet. */
const freshSettle = async () => (await import('../../../src/engine/backends/tf32.ts')).settleTf32;

test('only the precision tf32 lets NVIDIA’s libraries round, and others are told nothing', () => {
  expect(tf32Environment({ backend: 'ort-cuda', precision: 'fp32' })).toEqual({ NVIDIA_TF32_OVERRIDE: '0' });
  expect(tf32Environment({ backend: 'ort-tensorrt', precision: 'tf32' })).toEqual({ NVIDIA_TF32_OVERRIDE: '1' });
  expect(tf32Environment({ backend: 'ort-cuda', precision: 'fp16' })).toEqual({ NVIDIA_TF32_OVERRIDE: '0' });
  expect(tf32Environment({ backend: 'ort-cpu', precision: 'fp32' })).toEqual({});
});

test('devices before Ampere have no TF32; of one that nobody knows nothing is taken away', () => {
  const precisions = { fp32: 'native', tf32: 'native', fp16: 'native' };
  expect(Object.keys(ofGeneration(precisions, 7))).toEqual(['fp32', 'fp16']);
  expect(ofGeneration(precisions, 8)).toBe(precisions);
  expect(ofGeneration(precisions, null)).toBe(precisions);
});

test('a profile is taken with calls that wait, but for captured graphs', () => {
  expect(blockingEnvironment({ backend: 'ort-cuda', providerOptions: {} })).toEqual({ CUDA_LAUNCH_BLOCKING: '1' });
  expect(blockingEnvironment({ backend: 'ort-cuda', providerOptions: { enable_cuda_graph: true } })).toEqual({});
  expect(blockingEnvironment({ backend: 'ort-cpu', providerOptions: {} })).toEqual({});
});

test('a process is told before its first model, and keeps to it', async () => {
  const settle = await freshSettle();
  settle('fp16');
  expect(process.env[tf32Variable]).toBe('0');
  settle('fp32');
  settle(null); // a probe asks for nothing
  expect(() => settle('tf32')).toThrow(expect.objectContaining({ code: 'TF32_SETTLED' }));
});

test('a probe leaves a process as it was started, and what contradicts that is refused', async () => {
  process.env[tf32Variable] = '1';
  const settle = await freshSettle();
  settle(null);
  settle('tf32');
  expect(process.env[tf32Variable]).toBe('1');
  expect(() => settle('fp32')).toThrow(/started with NVIDIA_TF32_OVERRIDE=0, got 1/);
});

test('of what somebody has set in the shell, the precision decides', async () => {
  process.env[tf32Variable] = '1';
  (await freshSettle())('fp32');
  expect(process.env[tf32Variable]).toBe('0');
});
