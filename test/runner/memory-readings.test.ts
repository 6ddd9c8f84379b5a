import { expect, test } from 'vitest';
import type { DeviceMemory } from '../../src/collectors/nvidia-memory.ts';
import { deviceMeant } from '../../src/runner/memory-readings.ts';

function device(index: number, totalBytes: number): DeviceMemory {
  return { index, uuid: `GPU-${index}a2b`, totalBytes, freeBytes: null, holders: null };
}

const alike = [device(0, 80e9), device(1, 80e9)];
const unlike = [device(0, 16e9), device(1, 80e9)];
const meant = (ordinal: number | null, devices: readonly DeviceMemory[], environment: Record<string, string> = {}) =>
  deviceMeant(ordinal, devices, environment)?.index ?? null;

test('a library numbers the devices that it sees', () => {
  expect(meant(1, alike)).toBe(1);
  expect(meant(0, alike, { CUDA_VISIBLE_DEVICES: '1' })).toBe(1);
  expect(meant(1, alike, { CUDA_VISIBLE_DEVICES: '1' })).toBeNull();
  expect(meant(1, unlike, { CUDA_VISIBLE_DEVICES: 'GPU-1a, GPU-0a' })).toBe(0);
});

test('without a number it is the only one that is seen', () => {
  expect(meant(null, alike)).toBeNull();
  expect(meant(null, [device(0, 80e9)])).toBe(0);
  expect(meant(null, alike, { CUDA_VISIBLE_DEVICES: '1' })).toBe(1);
});

test('numbers of unlike devices say nothing unless they are those of the bus: CUDA begins with the fastest', () => {
  expect(meant(0, unlike)).toBeNull();
  expect(meant(null, unlike, { CUDA_VISIBLE_DEVICES: '1' })).toBeNull();
  expect(meant(0, unlike, { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' })).toBe(0);
  expect(meant(0, unlike, { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: '1' })).toBe(1);
});
