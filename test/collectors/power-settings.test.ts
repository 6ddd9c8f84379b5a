import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { amdSysfsCollector } from '../../src/collectors/amd-sysfs.ts';
import type { Device } from '../../src/collectors/collector.ts';
import { probeNvidia, setupOf } from '../../src/collectors/nvidia-probe.ts';
import { powerSavingOf } from '../../src/collectors/power-settings.ts';
import { FakeSystem } from './fake-system.ts';
import { StubTools } from './stub-tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-power-'));
const tools = new StubTools();
const system = new FakeSystem();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  tools.remove();
  system.remove();
});

test('limits, clocks and modes of a board are read, what the driver has given up says so, and a lower limit is told', async () => {
  const state = join(folder, 'state.json');
  writeFileSync(state, JSON.stringify({ limit: 250 }));
  const setup = await probeNvidia(tools.add('nvidia-smi', { STUB_STATE: state, STUB_NAME: 'NVIDIA H100 80GB HBM3' }));
  if ('code' in setup) throw new Error(setup.reason);
  const [first, second] = setup.devices.map(({ device }) => device);
  expect(first).toMatchObject({ powerLimitWatts: 250, sensorCoverage: 0.25, sensorError: 0.05 });
  expect(first?.power).toMatchObject({
    enforcedLimitWatts: 250,
    defaultLimitWatts: 700,
    minimumLimitWatts: 200,
    maximumLimitWatts: 700,
    persistenceMode: true,
    computeMode: 'Default',
    performanceLevel: null,
    applicationClocks: { smHertz: null, memoryHertz: null },
    maximumClocks: { smHertz: 1.98e9, memoryHertz: 2.619e9 },
    powerSaving: {
      active: true,
      reasons: [{ code: 'POWER_LIMIT_BELOW_DEFAULT', message: 'The power limit is 250 W, by default it is 700 W.' }],
    },
  });
  expect(first?.power?.notTold).toContainEqual({
    field: 'clocks.applications.graphics',
    code: 'DEPRECATED',
    text: '[Requested functionality has been deprecated]',
  });
  expect(second).not.toHaveProperty('sensorCoverage');
  expect(second?.power?.powerSaving).toEqual({ active: false, reasons: [] });
});

function boardWith(cells: Readonly<Record<string, string>>): Device | undefined {
  const fields = { index: '0', uuid: 'GPU-1', ...cells, name: 'A board' };
  const output = `${Object.keys(fields).join(', ')}\n${Object.values(fields).join(', ')}\n`;
  const setup = setupOf(output, 0);
  return 'code' in setup ? undefined : setup.devices[0]?.device;
}

test('application clocks below the usual ones, and the driver saying that a setting holds them, are saving', () => {
  const power = boardWith({
    'power.limit': '300.00 W',
    'power.default_limit': '300.00 W',
    'clocks.applications.graphics': '900 MHz',
    'clocks.default_applications.graphics': '1312 MHz',
    'clocks_event_reasons.active': '0x0000000000000002',
  })?.power;
  expect(power?.powerSaving.active).toBe(true);
  expect(power?.powerSaving.reasons.map(({ code }) => code)).toEqual(['CLOCKS_BELOW_DEFAULT', 'CLOCKS_HELD']);
});

test('a driver that tells no limit leaves it open whether the board is held down, with the reason', () => {
  const power = boardWith({ 'power.limit': '[N/A]', 'power.default_limit': '[N/A]' })?.power;
  expect(power?.powerSaving).toEqual({
    active: null,
    reasons: [{ code: 'LIMIT_NOT_TOLD', message: 'The power limit is not told.' }],
  });
  expect(power?.defaultLimitWatts).toBeNull();
  expect(power?.notTold.find(({ field }) => field === 'power.max_limit')?.code).toBe('NOT_IN_DRIVER');
});

test('the limit that is kept counts where another one was set, and half a watt is rounding', () => {
  const none = { smHertz: null, memoryHertz: null };
  const usual = {
    applicationClocks: none,
    defaultApplicationClocks: none,
    performanceLevel: null,
    clocksAreHeld: null,
  };
  const of = (limitWatts: number, enforcedLimitWatts: number | null) =>
    powerSavingOf({ ...usual, limitWatts, enforcedLimitWatts, defaultLimitWatts: 300 }).active;
  expect(of(300, 200)).toBe(true);
  expect(of(300, null)).toBe(false);
  expect(of(299.7, 299.7)).toBe(false);
  expect(of(350, 350)).toBe(false);
});

test('an AMD board tells its caps and its performance level by files', async () => {
  const card = 'sys/class/drm/card0/device';
  system.write({
    [`${card}/vendor`]: '0x1002\n',
    [`${card}/power_dpm_force_performance_level`]: 'low\n',
    [`${card}/hwmon/hwmon3/power1_average`]: '30000000\n',
    [`${card}/hwmon/hwmon3/power1_cap`]: '200000000\n',
    [`${card}/hwmon/hwmon3/power1_cap_default`]: '300000000\n',
  });
  const probe = await amdSysfsCollector(system.path('sys')).probe();
  if (!probe.available) throw new Error(probe.reason);
  const power = probe.devices?.[0]?.power;
  expect(power).toMatchObject({ enforcedLimitWatts: 200, defaultLimitWatts: 300, maximumLimitWatts: null });
  expect(power?.powerSaving.reasons.map(({ code }) => code)).toEqual([
    'POWER_LIMIT_BELOW_DEFAULT',
    'PERFORMANCE_LEVEL_LOW',
  ]);
  expect(power?.notTold.map(({ field }) => field)).toEqual(['power1_cap_min', 'power1_cap_max']);
});
