import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import {
  checkFolder,
  checkGovernor,
  checkLimits,
  checkMemory,
  checkNode,
  checkOpenFiles,
  checkPlatform,
  checkSharedMemory,
  checkVirtualMachine,
  sharedMemoryCheck,
} from '../../src/cli/doctor-system.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const systems: FakeSystem[] = [];
afterEach(() => {
  for (const system of systems.splice(0)) system.remove();
});

function systemWith(files: Readonly<Record<string, string>>): FakeSystem {
  const system = new FakeSystem();
  systems.push(system);
  system.write(files);
  return system;
}

test.each([
  ['18.20.0', 'problem'],
  ['20.8.9', 'problem'],
  ['20.9.0', 'ok'],
  ['21.7.0', 'warning'],
  ['22.0.0', 'ok'],
  ['23.1.0', 'warning'],
  ['24.1.0', 'ok'],
  ['26.0.0', 'warning'],
])('Node.js %s is %s', (version, status) => {
  expect(checkNode(version).status).toBe(status);
});

test('a Node.js that is too old or not tested is told with the version to install', () => {
  expect(checkNode('18.20.0')).toMatchObject({ message: expect.stringContaining('20.9 or newer is needed') });
  expect(checkNode('25.0.0')).toMatchObject({
    message: 'Node.js 25.0.0 is not tested; supported are 20, 22, 24',
    fix: expect.stringContaining('Node.js 24'),
  });
});

test('only Linux on x64 is called tested', () => {
  expect(checkPlatform('linux', 'x64').status).toBe('ok');
  expect(checkPlatform('linux', 'arm64')).toMatchObject({
    status: 'warning',
    message: expect.stringContaining('best effort'),
  });
});

test('limits of the container are warnings when they are tight', () => {
  const system = systemWith({});
  const mount = `30 23 0:26 / ${system.path('cg')} rw - cgroup2 cgroup2 rw\n`;
  system.write({ 'self/cgroup': '0::/\n', 'self/mountinfo': mount, 'self/status': 'Cpus_allowed_list:\t0-3\n' });
  const all = 'may use 4 cores, all memory (control groups version 2)';
  expect(checkLimits(system.root)).toMatchObject({ status: 'ok', message: all });
  system.write({ 'cg/cpu.max': '150000 100000\n' });
  expect(checkLimits(system.root)).toMatchObject({ status: 'warning', fix: expect.stringContaining('--threads 1') });
  system.write({ 'cg/memory.max': String(2 ** 30) });
  expect(checkLimits(system.root)).toMatchObject({
    status: 'warning',
    message: expect.stringMatching(/^may use 1\.50 of 4 cores, 1 GiB/),
  });
});

test('swap that is in use is a warning, swap that is only there is none', () => {
  const memory = (swap: number, free: number) =>
    checkMemory(
      systemWith({
        meminfo: `MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 4194304 kB\nSwapTotal: ${swap} kB\nSwapFree: ${free} kB\n`,
      }).root,
    )[0];
  expect(memory(0, 0)).toMatchObject({ status: 'ok', message: '4 GiB of 8 GiB are available, no swap' });
  expect(memory(2 ** 21, 2 ** 21)).toMatchObject({
    status: 'ok',
    message: expect.stringContaining('0 B of 2 GiB swap'),
  });
  expect(memory(2 ** 21, 2 ** 20)).toMatchObject({
    status: 'warning',
    message: expect.stringContaining('1 GiB of 2 GiB swap are in use'),
    fix: expect.stringContaining('swapoff'),
  });
  expect(checkMemory(systemWith({}).root)).toEqual([]);
});

test('a /dev/shm that is nearly full is a warning, the 64 MiB of a container are none', () => {
  const mebi = 2 ** 20;
  expect(sharedMemoryCheck('/dev/shm', 64 * mebi, 64 * mebi).status).toBe('ok');
  expect(sharedMemoryCheck('/dev/shm', 10 * mebi, 64 * mebi)).toMatchObject({
    status: 'warning',
    message: '10 MiB of 64 MiB are free in /dev/shm',
    fix: expect.stringContaining('--shm-size'),
  });
  expect(checkSharedMemory(folder)).toEqual([]);
  mkdirSync(join(folder, 'shm'));
  expect(checkSharedMemory(folder)).toHaveLength(1);
  rmSync(join(folder, 'shm'), { recursive: true });
});

test('fewer open files than usual are a warning', () => {
  const limits = (soft: string) =>
    checkOpenFiles(
      systemWith({
        'self/limits': `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}   524288   files\n`,
      }).root,
    )[0];
  expect(limits('1024')?.status).toBe('ok');
  expect(limits('unlimited')?.status).toBe('ok');
  expect(limits('256')).toMatchObject({ status: 'warning', fix: 'ulimit -n 4096' });
});

test('a processor that is held below its default is a warning, with the lines that lift it', () => {
  const cpu0 = 'devices/system/cpu/cpu0/cpufreq';
  const held = checkGovernor(
    systemWith({
      [`${cpu0}/scaling_governor`]: 'performance\n',
      [`${cpu0}/scaling_driver`]: 'acpi-cpufreq\n',
      'devices/system/cpu/cpufreq/boost': '0\n',
      'firmware/acpi/platform_profile': 'low-power\n',
    }).root,
  );
  expect(held.status).toBe('warning');
  expect(held.message).toBe(
    'governor "performance", driver acpi-cpufreq, boost off, platform profile low-power; held below its default. Boost is off: no core goes above its base clock. The platform profile is "low-power".',
  );
  expect(held.fix).toBe(
    'echo 1 | sudo tee /sys/devices/system/cpu/cpufreq/boost; echo performance | sudo tee /sys/firmware/acpi/platform_profile',
  );
});

test('a governor that lets the clock follow the load is a warning with the command that changes it', () => {
  const governor = (name: string) =>
    checkGovernor(systemWith({ 'devices/system/cpu/cpu0/cpufreq/scaling_governor': `${name}\n` }).root);
  expect(governor('performance').status).toBe('ok');
  expect(governor('powersave')).toMatchObject({ status: 'warning', fix: 'sudo cpupower frequency-set -g performance' });
  expect(checkGovernor(systemWith({}).root).status).toBe('ok');
});

test('a hypervisor that takes more than one in a hundred ticks is a warning', () => {
  // user, nice, system, idle, iowait, irq, softirq, steal: 1,000 in all.
  const machine = (flags: string, idle: number, steal: number) =>
    checkVirtualMachine(
      systemWith({ cpuinfo: `flags\t\t: fpu ${flags}\n`, stat: `cpu  100 0 0 ${idle} 0 0 0 ${steal} 0 0\n` }).root,
    )[0];
  expect(machine('sse2', 900, 0)).toMatchObject({ status: 'ok', message: 'none noticed' });
  expect(machine('sse2 hypervisor', 895, 5)).toMatchObject({ status: 'ok', message: expect.stringContaining('0.5') });
  expect(machine('hypervisor avx', 850, 50)).toMatchObject({
    status: 'warning',
    message: expect.stringMatching(/took 5 %|took 5\.00 %/),
  });
  expect(checkVirtualMachine(systemWith({}).root)).toEqual([]);
});

test('a folder that can be written is ok, nothing is left in it, and one that does not exist yet is not created', () => {
  const check = checkFolder('results', join(folder, 'runs', 'deep'), 'take another');
  expect(check.status).not.toBe('problem');
  expect(readdirSync(folder)).toEqual([]);
});

test('a file in the place of the folder is a problem with what to do', () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  expect(checkFolder('results', path, 'take another')).toMatchObject({ status: 'problem', fix: 'take another' });
  rmSync(path);
});
