import { afterEach, beforeEach, expect, test } from 'vitest';
import { CpuClock } from '../../src/collectors/cpu-clock.ts';
import { FakeSystem } from './fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

const clockFile = (core: number): string => `devices/system/cpu/cpu${core}/cpufreq/scaling_cur_freq`;

test('the clock is the mean of the cores, in hertz', () => {
  system.write({ [clockFile(0)]: '2000000\n', [clockFile(1)]: '3000000\n', 'devices/system/cpu/cpufreq/boost': '1' });
  const clock = CpuClock.open(system.root);
  expect(clock?.readIfDue(10)).toBe(2.5e9);
  clock?.close();
});

test('it is read once a second and is NaN in between', () => {
  system.write({ [clockFile(0)]: '2000000\n' });
  const clock = CpuClock.open(system.root);
  const readings = [5, 5.1, 5.5, 6, 6.1].map((seconds) => clock?.readIfDue(seconds));
  expect(readings).toEqual([2e9, Number.NaN, Number.NaN, 2e9, Number.NaN]);
  clock?.close();
});

test('of many cores at most 16 are read', () => {
  // Every third of 40 cores is read, 14 in all: those run at 1 GHz, the others at 2.
  const cores = Array.from({ length: 40 }, (_, core) => core);
  system.write(Object.fromEntries(cores.map((core) => [clockFile(core), core % 3 === 0 ? '1000000' : '2000000'])));
  const clock = CpuClock.open(system.root);
  expect(clock?.readIfDue(1)).toBe(1e9);
  clock?.close();
});

test('without cpufreq there is no clock', () => {
  system.write({ 'devices/system/cpu/cpu0/topology/core_id': '0' });
  expect(CpuClock.open(system.root)).toBeNull();
});
