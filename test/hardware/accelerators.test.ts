import { afterEach, beforeEach, expect, test } from 'vitest';
import { findAccelerators } from '../../src/hardware/accelerators.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

/** Devices, without the tools that happen to be installed where the test runs. */
function devices() {
  return findAccelerators({ sys: system.path('sys'), dev: system.path('dev') }).filter(
    ({ kind }) => kind !== 'driver tool',
  );
}

function pci(address: string, vendor: string, pciClass: string): Record<string, string> {
  const folder = `sys/bus/pci/devices/${address}`;
  return { [`${folder}/vendor`]: `${vendor}\n`, [`${folder}/class`]: `${pciClass}\n` };
}

test('GPUs are counted on the PCI bus by vendor; network cards and unknown vendors are not', () => {
  system.write({
    ...pci('0000:01:00.0', '0x10de', '0x030200'),
    ...pci('0000:02:00.0', '0x10de', '0x030200'),
    ...pci('0000:03:00.0', '0x1002', '0x120000'),
    ...pci('0000:04:00.0', '0x8086', '0x020000'), // a network card
    ...pci('0000:05:00.0', '0x1234', '0x030000'), // the display of a virtual machine
  });
  expect(devices()).toEqual([
    { vendor: 'NVIDIA', kind: 'gpu', count: 2, evidence: 'PCI class 0x030200' },
    { vendor: 'AMD', kind: 'accelerator', count: 1, evidence: 'PCI class 0x120000' },
  ]);
});

test('device files of drivers are found, control devices are not counted', () => {
  system.write({ 'dev/nvidia0': '', 'dev/nvidia1': '', 'dev/nvidiactl': '', 'dev/kfd': '' });
  expect(devices()).toEqual([
    { vendor: 'NVIDIA', kind: 'accelerator', count: 2, evidence: system.path('dev/nvidia0') },
    { vendor: 'AMD', kind: 'accelerator', count: null, evidence: system.path('dev/kfd') },
  ]);
});

test('where there are no such folders nothing is found', () => {
  expect(devices()).toEqual([]);
});
