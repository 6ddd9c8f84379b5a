import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../src/results/events.ts';
import { preflight, preflightSeconds } from '../../src/runner/preflight.ts';
import { FakeSystem, statLine } from '../collectors/fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
  system.write({
    'proc/stat': 'cpu  1000 0 0 1000 0 0 0 0\ncpu0 1\ncpu1 1\n',
    [`proc/${process.pid}/stat`]: statLine(process.pid, { userTicks: 100 }),
    'proc/self/status': 'Cpus_allowed_list:\t0-3\n',
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': `30 23 0:26 / ${system.path('cg')} rw - cgroup2 cgroup2 rw\n`,
    'proc/meminfo': 'MemAvailable:   8388608 kB\n',
    'proc/loadavg': '0.50 0.50 0.25 2/97 8669\n',
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'performance\n',
  });
});
afterEach(() => system.remove());

async function findings(): Promise<Record<string, Finding>> {
  const found = await preflight({
    seconds: 0.1,
    procRoot: system.path('proc'),
    sysRoot: system.path('sys'),
  });
  return Object.fromEntries(found.map((finding) => [finding.check, finding]));
}

test('a machine with nothing wrong gives no warning', async () => {
  // 100 ticks pass, 10 of them busy, and those are ours.
  setTimeout(() => {
    system.write({
      'proc/stat': 'cpu  1010 0 0 1090 0 0 0 0\ncpu0 1\ncpu1 1\n',
      [`proc/${process.pid}/stat`]: statLine(process.pid, { userTicks: 110 }),
    });
  }, 5);
  const found = await findings();
  expect(found.foreign_cpu).toMatchObject({ severity: 'info', value: 0 });
  expect(Object.values(found).filter(({ severity }) => severity === 'warning')).toEqual([]);
  expect(found.memory).toMatchObject({ severity: 'info', value: 8 * 2 ** 30 });
});

test('a load average of more than half the cores is a warning with the figure', async () => {
  system.write({ 'proc/loadavg': '2.01 0.50 0.25 2/97 8669\n' });
  expect((await findings()).load).toMatchObject({ severity: 'warning', value: 2.01 });
  system.write({ 'proc/loadavg': '2.00 0.50 0.25 2/97 8669\n' });
  expect((await findings()).load).toMatchObject({ severity: 'info' }); // half of four
});

test('another governor than performance is a warning with the command that sets it', async () => {
  system.write({ 'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n' });
  const { governor } = await findings();
  expect(governor).toMatchObject({ severity: 'warning', value: 'powersave' });
  expect(governor?.message).toContain('cpupower frequency-set -g performance');
});

test('a quota below the cores is a warning that says how many threads fit', async () => {
  system.write({ 'cg/cpu.max': '250000 100000\n' });
  const { cgroup_quota: quota } = await findings();
  expect(quota).toMatchObject({ severity: 'warning', value: 2.5 });
  expect(quota?.message).toContain('--threads 2');
});

test('a quota of all cores is none', async () => {
  system.write({ 'cg/cpu.max': '400000 100000\n' });
  expect((await findings()).cgroup_quota).toMatchObject({ severity: 'info', value: 4 });
});

test('less memory than a small model needs is a warning, and the limit of the container counts', async () => {
  system.write({ 'cg/memory.max': String(512 * 2 ** 20) });
  expect((await findings()).memory).toMatchObject({ severity: 'warning', value: 512 * 2 ** 20 });
});

test('what the container uses already is not available, but for file cache that can be dropped', async () => {
  // 1 GiB allowed, 700 MiB charged, of these 100 MiB inactive file cache: 424 MiB are left.
  system.write({
    'cg/memory.max': String(2 ** 30),
    'cg/memory.current': String(700 * 2 ** 20),
    'cg/memory.stat': `anon 1\ninactive_file ${100 * 2 ** 20}\nactive_file 5\n`,
  });
  expect((await findings()).memory).toMatchObject({ severity: 'warning', value: 424 * 2 ** 20 });
});

test('a machine on its battery is a warning; one on mains, or with a mouse on a battery, is not', async () => {
  system.write({
    'sys/class/power_supply/hid/type': 'Battery\n',
    'sys/class/power_supply/hid/scope': 'Device\n',
    'sys/class/power_supply/hid/status': 'Discharging\n',
  });
  expect((await findings()).battery).toBeUndefined();
  system.write({ 'sys/class/power_supply/BAT0/type': 'Battery\n', 'sys/class/power_supply/BAT0/status': 'Full\n' });
  expect((await findings()).battery).toMatchObject({ severity: 'info' });
  system.write({ 'sys/class/power_supply/BAT0/status': 'Discharging\n' });
  expect((await findings()).battery).toMatchObject({ severity: 'warning' });
});

test('where there is no /proc it says what is not known, and does not fail', async () => {
  const found = await preflight({ seconds: 0.02, procRoot: system.path('absent'), sysRoot: system.path('absent') });
  expect(found.map(({ check }) => check)).toContain('proc');
  expect(found.filter(({ severity }) => severity === 'warning')).toEqual([]);
});

test('without a watch nothing is waited for, and a finding says so', async () => {
  const found = await preflight({ seconds: 0, procRoot: system.path('proc'), sysRoot: system.path('sys') });
  expect(found.filter(({ check }) => check === 'foreign_cpu' || check === 'steal')).toEqual([
    {
      check: 'foreign_cpu',
      severity: 'info',
      message: 'DYNO_PREFLIGHT=off: what else runs was not watched.',
      value: null,
    },
  ]);
  expect(found.some(({ check }) => check === 'memory')).toBe(true);
});

test('DYNO_PREFLIGHT is off or not there', () => {
  expect([preflightSeconds(undefined), preflightSeconds(''), preflightSeconds('off')]).toEqual([1, 1, 0]);
  expect(() => preflightSeconds('0')).toThrow('DYNO_PREFLIGHT: expected "off", or no such variable, got "0"');
});
