import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rateOf, timeOf } from '../../src/ceilings/ceiling.ts';
import { copyBlockBytes, copyCeiling } from '../../src/ceilings/copy.ts';
import { gemmCeiling } from '../../src/ceilings/gemm.ts';
import { launchCeiling } from '../../src/ceilings/launch.ts';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';

const timing = { seconds: 0.01, warmupSeconds: 0 };
const settings = { backend: ortCpu, threads: 1, workFolder: mkdtempSync(join(tmpdir(), 'dyno-ceilings-test-')) };

test('a rate is the work of a call by its seconds: the median call, the fastest, and those at the quartiles', () => {
  // 100 units in 1, 2, 4, 5 and 10 seconds.
  const figures = rateOf(100, Float64Array.of(4, 1, 10, 2, 5));
  expect(figures).toEqual({ value: 25, best: 100, quartiles: [20, 50], calls: 5 });
});

test('a time is that of the median call', () => {
  expect(timeOf(Float64Array.of(4, 1, 10, 2, 5))).toEqual({ value: 4, best: 1, quartiles: [2, 5], calls: 5 });
});

test('16-bit floats are told to be computed in fp32 where the engine casts', async () => {
  const { computedIn, precision, value, reason } = await gemmCeiling('fp16', settings, timing);
  expect({ precision, computedIn, reason }).toEqual({ precision: 'fp16', computedIn: 'fp32', reason: null });
  expect(value).toBeGreaterThan(0);
});

test('a precision without kernels is null, with what the engine said', async () => {
  const { value, best, calls, reason } = await gemmCeiling('bf16', settings, timing);
  expect({ value, best, calls }).toEqual({ value: null, best: null, calls: 0 });
  expect(reason).toMatch(/bfloat16|BFLOAT16|implement/i);
  expect(reason).not.toContain(settings.workFolder);
});

test('every thread of the copy counts, in real threads', async () => {
  const ceiling = await copyCeiling(2, timing);
  expect(ceiling).toMatchObject({ name: 'copy', threads: 2, reason: null });
  expect(ceiling.calls).toBeGreaterThanOrEqual(10);
  expect(ceiling.best).toBeGreaterThanOrEqual(ceiling.value ?? Number.POSITIVE_INFINITY);
});

test('a backend that cannot load gives a null with its words', async () => {
  const broken: Backend = { ...ortCpu, load: () => Promise.reject(new Error('no device')) };
  expect(await launchCeiling({ ...settings, backend: broken }, timing)).toMatchObject({
    value: null,
    reason: 'no device',
  });
});

test('the blocks of the copy leave seven eighths of what is free, and are whole pages of 8 to 128 MiB', () => {
  expect(copyBlockBytes(2, 64 * 2 ** 30)).toBe(128 * 2 ** 20);
  expect(copyBlockBytes(64, 2 ** 35)).toBe(32 * 2 ** 20); // 4 GiB for 128 blocks
  expect(copyBlockBytes(4, 1e9) % 4096).toBe(0);
  expect(copyBlockBytes(64, 2 ** 30)).toBe(8 * 2 ** 20);
});
