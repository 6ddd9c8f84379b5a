import { expect, test } from 'vitest';
import { ambiguousName, mayUseDevices, visibleDevices } from '../../src/cli/visible-devices.ts';
import type { Device } from '../../src/collectors/collector.ts';

function device(index: number, given: Partial<Device> = {}): Device {
  return {
    uuid: `GPU-${index}a2b-3c4d`,
    index,
    kind: 'gpu',
    vendor: 'NVIDIA',
    name: 'H100',
    driver: null,
    memoryBytes: null,
    powerLimitWatts: null,
    isSliced: null,
    notes: [],
    ...given,
  };
}

const alike = [device(0), device(1), device(2)];
const chosen = (environment: Record<string, string>, devices = alike) =>
  visibleDevices(devices, environment).map(({ index }) => index);

test('without a list all devices are a program’s own', () => {
  expect(chosen({})).toEqual([0, 1, 2]);
  expect(mayUseDevices('NVIDIA', {})).toBe(true);
});

test('a list names devices by number or by the beginning of their UUID, and ends where a name is none', () => {
  expect(chosen({ CUDA_VISIBLE_DEVICES: '2, 0' })).toEqual([0, 2]);
  expect(chosen({ CUDA_VISIBLE_DEVICES: 'GPU-1a2b' })).toEqual([1]);
  expect(chosen({ CUDA_VISIBLE_DEVICES: '1,-1,2' })).toEqual([1]);
  expect(chosen({ CUDA_VISIBLE_DEVICES: '7' })).toEqual([]);
});

test('an empty list leaves no device, of which nothing need be asked', () => {
  for (const list of ['', '-1', 'none', 'NoDevFiles']) {
    expect(chosen({ CUDA_VISIBLE_DEVICES: list })).toEqual([]);
    expect(mayUseDevices('NVIDIA', { CUDA_VISIBLE_DEVICES: list })).toBe(false);
  }
});

test('numbers of unlike devices say nothing unless they are those of the bus', () => {
  const unlike = [device(0), device(1, { name: 'T4' })];
  expect(chosen({ CUDA_VISIBLE_DEVICES: '1' }, unlike)).toEqual([0, 1]);
  expect(chosen({ CUDA_VISIBLE_DEVICES: '1', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }, unlike)).toEqual([1]);
  expect(ambiguousName(unlike, { CUDA_VISIBLE_DEVICES: 'GPU-0a2b,1' })).toBe('1');
  expect(ambiguousName(unlike, { CUDA_VISIBLE_DEVICES: '1', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' })).toBeNull();
  expect(ambiguousName(alike, { CUDA_VISIBLE_DEVICES: '1' })).toBeNull();
  expect(ambiguousName(unlike, {})).toBeNull();
});

test('a slice belongs to one of the devices that are cut into slices', () => {
  expect(chosen({ CUDA_VISIBLE_DEVICES: 'MIG-5f1e' }, [device(0), device(1, { isSliced: true })])).toEqual([1]);
  const [one, two] = [device(0, { isSliced: true }), device(1, { isSliced: true })];
  expect(ambiguousName([one], { CUDA_VISIBLE_DEVICES: 'MIG-5f1e' })).toBeNull();
  expect(ambiguousName([one, two], { CUDA_VISIBLE_DEVICES: 'MIG-5f1e' })).toBe('MIG-5f1e');
});

test('devices of AMD have variables of their own', () => {
  const both = [device(0), device(0, { vendor: 'AMD' })];
  const vendors = (environment: Record<string, string>) =>
    visibleDevices(both, environment).map(({ vendor }) => vendor);
  expect(vendors({ HIP_VISIBLE_DEVICES: '' })).toEqual(['NVIDIA']);
  expect(vendors({ ROCR_VISIBLE_DEVICES: '0', HIP_VISIBLE_DEVICES: '', CUDA_VISIBLE_DEVICES: '' })).toEqual(['AMD']);
});
