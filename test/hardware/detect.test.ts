import { cpus, totalmem } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detectMachine } from '../../src/hardware/detect.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

function folders() {
  return { proc: system.path('proc'), sys: system.path('sys'), dev: system.path('dev'), root: system.path('root') };
}

test('limits of the container stand beside what the host has', async () => {
  system.write({
    'proc/self/cgroup': '0::/kubepods/pod1\n',
    'proc/self/mountinfo': `30 23 0:26 / ${system.path('cg')} rw - cgroup2 cgroup2 rw\n`,
    'proc/self/status': 'Cpus_allowed_list:\t0-6\n',
    'cg/kubepods/pod1/cpu.max': '150000 100000\n',
    'cg/kubepods/pod1/memory.max': '1048576\n',
  });
  const machine = await detectMachine(folders());
  expect(machine.cgroup).toEqual({ version: 2, cpuQuotaCores: 1.5, memoryLimitBytes: 1048576 });
  expect(machine.cpu.availableCores).toBe(7);
  expect(machine.cpu.logicalCores).toBe(cpus().length);
  expect(machine.virtualization).toContain('container');
});

test('a memory limit above what the machine has is none', async () => {
  system.write({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': `30 23 0:26 / ${system.path('cg')} rw - cgroup2 cgroup2 rw\n`,
    'cg/memory.max': String(totalmem() * 2),
  });
  expect((await detectMachine(folders())).cgroup.memoryLimitBytes).toBeNull();
});

test('a file at the root gives a container away', async () => {
  system.write({ 'root/run/.containerenv': '' });
  expect((await detectMachine(folders())).virtualization).toContain('container');
});
