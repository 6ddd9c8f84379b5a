import { afterEach, beforeEach, expect, test } from 'vitest';
import { cpuPower } from '../../src/hardware/cpu-power.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

const cpu = 'sys/devices/system/cpu';

/** Two cores with the same settings, a driver that follows the load, and what a test adds or changes. */
function machine(core: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) {
  const usual = {
    scaling_driver: 'intel_pstate',
    scaling_governor: 'powersave',
    energy_performance_preference: 'balance_performance',
    scaling_max_freq: '3000000',
    cpuinfo_max_freq: '3000000',
  };
  for (const name of ['cpu0', 'cpu1']) {
    for (const [file, text] of Object.entries({ ...usual, ...core }))
      system.write({ [`${cpu}/${name}/cpufreq/${file}`]: `${text}\n` });
  }
  system.write({ [`${cpu}/intel_pstate/no_turbo`]: '0\n', [`${cpu}/intel_pstate/max_perf_pct`]: '100\n', ...more });
  return cpuPower(system.path('sys'));
}

test('the governor "powersave" of a driver that chooses the clock itself is the default and holds nothing', () => {
  expect(machine({})).toEqual({
    driver: 'intel_pstate',
    energyPreference: 'balance_performance',
    boost: true,
    limitHertz: 3e9,
    allowedPerformance: 1,
    platformProfile: null,
    powerSaving: { active: false, reasons: [] },
  });
});

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  [
    'the governor "powersave" of a driver that does not choose',
    { scaling_driver: 'acpi-cpufreq' },
    {},
    'GOVERNOR_POWERSAVE',
  ],
  ['a preference for saving', { energy_performance_preference: 'balance_power' }, {}, 'PREFERENCE_POWER'],
  ['boost that is off', {}, { [`${cpu}/intel_pstate/no_turbo`]: '1\n' }, 'BOOST_OFF'],
  ['a share of the performance', {}, { [`${cpu}/intel_pstate/max_perf_pct`]: '60\n' }, 'PERFORMANCE_LIMITED'],
  ['a clock below the highest', { scaling_max_freq: '2000000' }, {}, 'CLOCK_LIMITED'],
  ['a platform profile for silence', {}, { 'sys/firmware/acpi/platform_profile': 'quiet\n' }, 'PLATFORM_SAVING'],
])('%s holds the processor below its default', (_, core, more, code) => {
  const { powerSaving } = machine(core, more);
  expect(powerSaving.active).toBe(true);
  expect(powerSaving.reasons.map((reason) => reason.code)).toEqual([code]);
});

test('boost of other drivers is off when it is off for one policy, and cores that differ are all told', () => {
  system.write({
    [`${cpu}/cpu0/cpufreq/scaling_governor`]: 'schedutil',
    [`${cpu}/cpu0/cpufreq/energy_performance_preference`]: 'performance',
    [`${cpu}/cpu1/cpufreq/energy_performance_preference`]: 'power',
    [`${cpu}/cpufreq/policy0/boost`]: '1',
    [`${cpu}/cpufreq/policy1/boost`]: '0',
  });
  const { boost, energyPreference, powerSaving } = cpuPower(system.path('sys'));
  expect(boost).toBe(false);
  expect(energyPreference).toBe('performance,power');
  expect(powerSaving.reasons.map(({ code }) => code)).toEqual(['PREFERENCE_POWER', 'BOOST_OFF']);
});

test('a kernel that tells nothing leaves it open, with the reason', () => {
  const { powerSaving, ...settings } = cpuPower(system.path('sys'));
  expect(Object.values(settings)).toEqual([null, null, null, null, null, null]);
  expect(powerSaving).toMatchObject({ active: null, reasons: [{ code: 'NO_CPUFREQ' }] });
});
