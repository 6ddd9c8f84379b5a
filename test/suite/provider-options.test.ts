import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import type { Device } from '../../src/suite/device.ts';
import { known, suiteFolder } from './suite-folder.ts';

const { write } = suiteFolder();
const path = write('name: s\nworkloads: [digits]\nmatrix: { backend: [ort-cpu, ort-cuda] }\n');

function casesOn(providerOptions?: NonNullable<Device['providerOptions']>) {
  const gpu: Device = { id: 'some-gpu', backend: 'ort-cuda', axes: {}, ...(providerOptions && { providerOptions }) };
  return compileSuites([path], {}, { ...known, targets: [{ profile: 'some-gpu', device: gpu }] }).cases;
}

test('options of a device are part of the cases of the backend that takes them, and of their keys', () => {
  const [cpu, cuda] = casesOn({ 'ort-cuda': { gpu_mem_limit: 1000 } });
  const [plainCpu, plainCuda] = casesOn();
  expect(cuda?.providerOptions).toEqual({ gpu_mem_limit: 1000 });
  expect(cpu).not.toHaveProperty('providerOptions');
  expect(plainCuda).not.toHaveProperty('providerOptions');
  expect(cpu?.key).toBe(plainCpu?.key);
  expect(cuda?.key).not.toBe(plainCuda?.key);
});

test('the order in which they are written makes no other case', () => {
  const keys = [
    { gpu_mem_limit: 1, prefer_nhwc: 0 },
    { prefer_nhwc: 0, gpu_mem_limit: 1 },
  ].map((options) => casesOn({ 'ort-cuda': options })[1]?.key);
  expect(keys[0]).toBe(keys[1]);
});
