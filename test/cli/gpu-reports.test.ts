import { expect, test } from 'vitest';
import { type GpuReport, gpuConditions } from '../../src/cli/gpu-reports.ts';

const unknown: GpuReport = {
  smClockHertz: Number.NaN,
  utilisation: Number.NaN,
  throttleReasons: Number.NaN,
  foreignProcesses: Number.NaN,
};
const report = (given: Partial<GpuReport>): GpuReport => ({ ...unknown, ...given });
const none = { idle: [], running: [], ended: [] };

test('of a device that told nothing, nothing is known', () => {
  const untold = { index: 3, smClockHertz: null, throttleShares: {}, foreignProcesses: null, idleUtilisation: null };
  expect(gpuConditions(3, none)).toEqual(untold);
  expect(gpuConditions(3, { idle: [unknown], running: [unknown], ended: [unknown] })).toEqual(untold);
});

test('the clock is that of the work, not that of a device at rest while a model is loaded', () => {
  const at = (utilisation: number, megahertz: number) => report({ utilisation, smClockHertz: megahertz * 1e6 });
  const resting = [at(0, 210), at(0, 210), at(0.05, 210), at(0, 345)];
  const running = [...resting, at(0.5, 1500), at(1, 1980), at(1, 1965)];
  expect(gpuConditions(0, { ...none, running }).smClockHertz).toBe(1965e6); // of 1500, 1965 and 1980
  expect(gpuConditions(0, { ...none, running: running.slice(0, -1) }).smClockHertz).toBeNull(); // two reports at work
});

test('a device that does not tell how busy it is, such as one in slices, has the clock of all reports', () => {
  const running = [1e9, 2e9, 3e9].map((smClockHertz) => report({ smClockHertz }));
  expect(gpuConditions(0, { ...none, running }).smClockHertz).toBe(2e9);
});

test('each flag has the share of the reports that told flags', () => {
  // 0x4 power cap, 0x40 and 0x8 hardware thermal slowdown, 0x1 idle; one report without flags
  const masks = [0x4, 0x48, 0x1, 0, Number.NaN];
  const running = masks.map((throttleReasons) => report({ throttleReasons }));
  expect(gpuConditions(0, { ...none, running }).throttleShares).toEqual({
    sw_power_cap: 0.25,
    hw_slowdown: 0.25,
    sw_thermal_slowdown: 0,
    hw_thermal_slowdown: 0.25,
    hw_power_brake_slowdown: 0,
  });
});

test('processes of others are the most that were there before and after, and only the moment before tells how busy they are', () => {
  const conditions = gpuConditions(0, {
    idle: [report({ foreignProcesses: 1, utilisation: 0.1 }), report({ utilisation: 0.3 })],
    running: [report({ utilisation: 1 })],
    ended: [report({ foreignProcesses: 2, utilisation: 1 })],
  });
  expect(conditions.foreignProcesses).toBe(2);
  expect(conditions.idleUtilisation).toBeCloseTo(0.2, 12);
});
