import { mkdirSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkAmd, checkNvidia, checkProfile, checkVulkan } from '../../src/cli/doctor-devices.ts';
import { indexLibraries } from '../../src/cli/library-search.ts';
import { loadProfilesNaming } from '../../src/hardware/catalogue.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

let system = new FakeSystem();
beforeEach(() => {
  system.remove();
  system = new FakeSystem();
});
afterEach(() => system.remove());

const driver = (version: string): string =>
  `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${version}  Sat Aug 19 01:15:15 UTC 2023\nGCC version:  gcc version 12.2.0\n`;

function folders() {
  return { proc: system.path('proc'), sys: system.path('sys'), dev: system.path('dev'), root: system.root };
}

function libraries() {
  return indexLibraries(system.root, {});
}

/** A machine with an NVIDIA device, the kernel module of one driver and libcuda of another. */
function nvidiaMachine(module: string, library = module): void {
  system.write({
    'proc/driver/nvidia/version': driver(module),
    'proc/driver/nvidia/gpus/0000:07:00.0/information': 'Model: \t\t NVIDIA A100-SXM4-80GB\nIRQ: 44\n',
    'dev/nvidia0': '',
    'dev/nvidiactl': '',
    [`usr/lib/x86_64-linux-gnu/libcuda.so.${library}`]: '',
  });
  symlinkSync(`libcuda.so.${library}`, system.path('usr/lib/x86_64-linux-gnu/libcuda.so.1'));
}

function onBus(vendor: string): void {
  system.write({ 'sys/bus/pci/devices/0000:07:00.0/class': '0x030200\n' });
  system.write({ 'sys/bus/pci/devices/0000:07:00.0/vendor': `${vendor}\n` });
}

test('a machine without devices has nothing to do', () => {
  expect(checkNvidia(libraries(), folders())).toMatchObject({ status: 'optional', fix: null });
  expect(checkAmd(folders())).toMatchObject({ status: 'optional', fix: null });
});

test('a driver that suits its libraries and CUDA 12 is ok, with its version and devices', () => {
  nvidiaMachine('535.104.05');
  expect(checkNvidia(libraries(), folders())).toMatchObject({
    status: 'ok',
    message: 'driver 535.104.05, 1 device (NVIDIA A100-SXM4-80GB)',
  });
});

test('the version of the open kernel module is found, too', () => {
  nvidiaMachine('550.54.14');
  system.write({
    'proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release Build  (root@host)  Thu Feb 22 01:33:17 UTC 2024\n',
  });
  expect(checkNvidia(libraries(), folders())).toMatchObject({
    status: 'ok',
    message: expect.stringContaining('550.54.14'),
  });
});

test.each([
  ['470.256.02', 'warning'],
  ['525.60.11', 'warning'],
  ['525.60.13', 'ok'],
  ['525.105.17', 'ok'],
  ['580.95', 'ok'],
])('driver %s is %s for CUDA 12', (version, status) => {
  nvidiaMachine(version);
  expect(checkNvidia(libraries(), folders()).status).toBe(status);
});

test('a driver that is too old is told with the oldest that will do', () => {
  nvidiaMachine('470.256.02');
  expect(checkNvidia(libraries(), folders())).toMatchObject({
    message: expect.stringContaining('CUDA 12 needs 525.60.13 or newer'),
    fix: expect.stringContaining('update the driver and reboot'),
  });
});

test('a kernel module and a library of different drivers are a mismatch that a reboot mends', () => {
  nvidiaMachine('535.104.05', '550.54.14');
  expect(checkNvidia(libraries(), folders())).toMatchObject({
    status: 'warning',
    message: expect.stringContaining('libcuda.so.1 is of driver 550.54.14'),
    fix: expect.stringMatching(/^Reboot/),
  });
});

test('a device on the bus without a driver, and a container without its devices, are told apart', () => {
  onBus('0x10de');
  expect(checkNvidia(libraries(), folders()).message).toContain('its driver is not loaded');
  system.write({ 'proc/driver/nvidia/version': driver('535.104.05') });
  expect(checkNvidia(libraries(), folders())).toMatchObject({
    message: expect.stringContaining('there is no /dev/nvidia0'),
    fix: expect.stringContaining('docker run --gpus all'),
  });
  system.write({ 'dev/nvidia0': '' });
  expect(checkNvidia(libraries(), folders()).message).toContain('does not find libcuda.so.1');
});

test('under WSL the driver is that of Windows', () => {
  system.write({ 'dev/dxg': '' });
  expect(checkNvidia(libraries(), folders())).toMatchObject({ status: 'warning' });
  system.write({ 'usr/lib/wsl/lib/libcuda.so.1': '' });
  expect(checkNvidia(libraries(), folders())).toMatchObject({ status: 'ok' });
});

test('an AMD device needs its driver, /dev/kfd and the permission to open it, in this order', () => {
  onBus('0x1002');
  expect(checkAmd(folders())).toMatchObject({ status: 'warning', fix: 'sudo modprobe amdgpu' });
  mkdirSync(system.path('sys/module/amdgpu'), { recursive: true });
  expect(checkAmd(folders()).message).toContain('there is no');
  system.write({ 'dev/kfd': '' });
  expect(checkAmd(folders(), () => false)).toMatchObject({
    status: 'warning',
    fix: expect.stringContaining('usermod -aG render,video'),
  });
  expect(checkAmd(folders(), () => true)).toMatchObject({ status: 'ok', message: expect.stringContaining('no ROCm') });
  system.write({ 'opt/rocm/.info/version': '6.2.0-66\n' });
  expect(checkAmd(folders(), () => true).message).toContain('ROCm 6.2.0-66');
});

test('Vulkan needs the loader and a driver; one that the environment names must be there', () => {
  const check = (environment: Record<string, string> = {}) => checkVulkan(libraries(), system.root, environment);
  expect(check()).toMatchObject({
    status: 'optional',
    message: expect.stringMatching(/libvulkan\.so\.1, a driver/),
  });
  system.write({ 'usr/lib/x86_64-linux-gnu/libvulkan.so.1': '' });
  expect(check().message).not.toContain('libvulkan.so.1');
  system.write({ 'etc/vulkan/icd.d/nvidia_icd.json': '{}', 'usr/share/vulkan/icd.d/lvp_icd.x86_64.json': '{}' });
  expect(check()).toMatchObject({ status: 'ok', message: 'drivers lvp_icd.x86_64.json, nvidia_icd.json' });
  const other = system.path('own.json');
  expect(check({ VK_ICD_FILENAMES: other })).toMatchObject({
    status: 'warning',
    fix: expect.stringMatching(/^unset /),
  });
  system.write({ 'own.json': '{}' });
  expect(check({ VK_ICD_FILENAMES: other })).toMatchObject({ status: 'ok', message: 'drivers own.json' });
});

test('the hardware profiles of this machine are named, and profiles that cannot be read are a problem', () => {
  const name = 'Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz';
  const machine = { processor: name, availableCores: 4, gpus: [] };
  const profiles = loadProfilesNaming(name, { own: undefined });
  const expected = `this machine is ${profiles[0]?.id} (a part of one)`;
  expect(profiles).not.toEqual([]);
  expect(checkProfile(machine, () => profiles)).toMatchObject({ status: 'ok', message: expected });
  expect(checkProfile({ ...machine, processor: null }, () => profiles)).toMatchObject({ status: 'optional' });
  const broken = checkProfile(machine, () => {
    throw new Error('x.yaml:3: wrong');
  });
  expect(broken).toMatchObject({ status: 'problem', fix: 'npx dyno hardware validate' });
});
