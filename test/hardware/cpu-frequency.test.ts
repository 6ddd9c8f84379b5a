import { afterEach, beforeEach, expect, test } from 'vitest';
import { cpuFrequency } from '../../src/hardware/cpu-frequency.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

test('the highest clock of all cores counts, and governors that differ are all named', () => {
  system.write({
    'devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
    'devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '3000000\n',
    'devices/system/cpu/cpu1/cpufreq/scaling_governor': 'performance\n',
    'devices/system/cpu/cpu1/cpufreq/cpuinfo_max_freq': '4200000\n',
  });
  expect(cpuFrequency(system.root)).toEqual({ governor: 'performance,powersave', maximumHertz: 4.2e9 });
});

test('without cpufreq nothing is known', () => {
  expect(cpuFrequency(system.root)).toEqual({ governor: null, maximumHertz: null });
});
