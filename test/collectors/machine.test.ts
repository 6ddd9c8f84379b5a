import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { machineCollector } from '../../src/collectors/machine.ts';
import { FakeSystem } from './fake-system.ts';

let system: FakeSystem;
let now = 0;
let collector: Collector;
beforeEach(() => {
  system = new FakeSystem();
  now = 100;
  collector = machineCollector(system.path('proc'), system.path('sys'), () => now);
});
afterEach(async () => {
  await collector.close();
  system.remove();
});

function sample(): Record<string, number> {
  const row = new Float64Array(collector.columns.length);
  collector.sample(row, 0);
  return Object.fromEntries(collector.columns.map(({ name }, index) => [name, row[index] ?? Number.NaN]));
}

test('every column of a machine that has it all', async () => {
  system.write({
    'proc/stat': 'cpu  100 0 0 100 0 0 0 0 0 0\ncpu0 1 1 1 1\nintr 9 8 7\nctxt 1000\n',
    'proc/meminfo': 'MemTotal:       4000 kB\nMemAvailable:   3000 kB\n',
    'proc/loadavg': '1.25 0.50 0.25 2/97 8669\n',
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': `30 23 0:26 / ${system.path('cg')} rw - cgroup2 cgroup2 rw\n`,
    'cg/cpu.stat': 'usage_usec 1\nthrottled_usec 1000000\n',
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '2400000\n',
  });
  expect(await collector.probe()).toEqual({ available: true, missing: [] });
  await collector.open({ pid: 1 });
  now += 2;
  system.write({
    'proc/stat': 'cpu  160 0 0 120 10 0 0 10 0 0\ncpu0 1 1 1 1\nintr 9 8 7\nctxt 1500\n',
    'cg/cpu.stat': 'usage_usec 1\nthrottled_usec 2000000\n',
  });
  expect(sample()).toEqual({
    cpu_busy: 0.6, // grown by 60 + 20 + 10 + 10
    cpu_iowait: 0.1,
    cpu_steal: 0.1,
    context_switches: 250, // 500 in 2 s
    memory_available_bytes: 3000 * 1024,
    load_1m: 1.25,
    cpu_clock: 2.4e9,
    cgroup_throttled: 0.5, // 1 s in 2 s
  });
});

test('columns that the machine lacks are named with a reason and stay NaN', async () => {
  system.write({ 'proc/stat': 'cpu  100 0 0 100 0 0 0 0 0 0\nctxt 1000\n' });
  const probe = await collector.probe();
  expect(probe.available && probe.missing?.map(({ column, code }) => [column, code])).toEqual([
    ['memory_available_bytes', 'NO_MEMINFO'],
    ['load_1m', 'NO_LOADAVG'],
    ['cpu_clock', 'NO_CPUFREQ'],
    ['cgroup_throttled', 'NO_THROTTLING_COUNTER'],
  ]);
  await collector.open({ pid: 1 });
  now += 1;
  system.write({ 'proc/stat': 'cpu  150 0 0 150 0 0 0 0 0 0\nctxt 1010\n' });
  expect(sample()).toEqual({
    cpu_busy: 0.5,
    cpu_iowait: 0,
    cpu_steal: 0,
    context_switches: 10,
    memory_available_bytes: Number.NaN,
    load_1m: Number.NaN,
    cpu_clock: Number.NaN,
    cgroup_throttled: Number.NaN,
  });
});

test('without /proc it says so', async () => {
  expect(await collector.probe()).toMatchObject({ available: false, code: 'NO_PROC' });
});

test('when nothing is open, a sample is NaN', () => {
  expect(Object.values(sample()).every(Number.isNaN)).toBe(true);
});
