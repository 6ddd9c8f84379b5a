import { expect, test } from 'vitest';
import type { Conditions, GpuConditions } from '../../src/gate/pair.ts';
import { defaultLimits } from '../../src/gate/settings.ts';
import { voidReason } from '../../src/gate/void-conditions.ts';
import { madePair, observation } from './made-pairs.ts';

const quietGpu: GpuConditions = {
  index: 0,
  smClockHertz: 1.4e9,
  throttleShares: { sw_power_cap: 0 },
  foreignProcesses: 0,
  idleUtilisation: 0,
};

/** The reason's code and what was seen, of a pair with these conditions of base and of head. */
function reasonOf(base: Partial<Conditions>, head: Partial<Conditions>): string | null {
  const pair = madePair(0, observation({ latency_p50: 1 }, base), observation({ latency_p50: 1 }, head));
  const reason = voidReason(pair, defaultLimits);
  return reason === null ? null : `${reason.code} ${reason.have}`;
}

const gpu = (given: Partial<GpuConditions>) => ({ gpus: [{ ...quietGpu, ...given }] });

test('a quiet machine, and one of which nothing is known, void nothing', () => {
  expect(reasonOf({}, {})).toBeNull();
  const quiet = { stealShare: 0, throttledPeriods: 0, foreignCpuShare: 0, load: 1, ...gpu({}) };
  expect(reasonOf(quiet, quiet)).toBeNull();
});

test('what is at its limit is let pass, what is above it is not, in either arm', () => {
  expect(reasonOf({ stealShare: 0.02, foreignCpuShare: 0.1 }, {})).toBeNull();
  expect(reasonOf({ stealShare: 0.021 }, {})).toBe('CPU_STEAL base: 0.021');
  expect(reasonOf({}, { throttledPeriods: 1 })).toBe('CPU_THROTTLED head: 1');
  expect(reasonOf({}, { foreignCpuShare: 0.4, foreignProcesses: ['stress'] })).toBe('FOREIGN_CPU head: 0.4 (stress)');
  expect(reasonOf({}, gpu({ foreignProcesses: 1 }))).toBe('GPU_FOREIGN_PROCESS head, GPU 0: 1');
  expect(reasonOf(gpu({ idleUtilisation: 0.06 }), {})).toBe('GPU_BUSY base, GPU 0: 0.06');
});

test('a device that protects itself voids the pair, whether in one arm or in both', () => {
  const hot = gpu({ throttleShares: { sw_thermal_slowdown: 0.01 } });
  expect(reasonOf(hot, hot)).toBe('GPU_THERMAL base, GPU 0: sw_thermal_slowdown');
  expect(reasonOf(gpu({}), gpu({ throttleShares: { hw_power_brake_slowdown: 1 } }))).toMatch(/^GPU_THERMAL head/);
  expect(reasonOf({}, gpu({ throttleShares: { hw_slowdown: 1 } }))).toBe('GPU_THERMAL head, GPU 0: hw_slowdown');
});

test('a power cap voids the pair where it held one arm alone', () => {
  const capped = gpu({ throttleShares: { sw_power_cap: 0.5 } });
  expect(reasonOf(capped, capped)).toBeNull();
  expect(reasonOf(gpu({}), capped)).toBe('GPU_POWER_CAP GPU 0: base 0, head 0.5');
  expect(reasonOf(gpu({}), gpu({ throttleShares: { sw_power_cap: 0.05 } }))).toBeNull();
  // Of the other arm it is not known, as when nvidia-smi hung.
  expect(reasonOf(gpu({ throttleShares: {} }), capped)).toBeNull();
});

test('clocks that lie more than 3 % apart void the pair', () => {
  expect(reasonOf(gpu({ smClockHertz: 1e9 }), gpu({ smClockHertz: 1.03e9 }))).toBeNull();
  expect(reasonOf(gpu({ smClockHertz: 1.04e9 }), gpu({ smClockHertz: 1e9 }))).toBe(
    'GPU_CLOCKS GPU 0: base 1040 MHz, head 1000 MHz',
  );
  expect(reasonOf(gpu({ smClockHertz: null }), gpu({ smClockHertz: 1e9 }))).toBeNull();
  // Another device has another clock.
  expect(reasonOf(gpu({ smClockHertz: 2e9 }), gpu({ index: 1, smClockHertz: 1e9 }))).toBeNull();
});

test('a process that failed voids the pair with its message', () => {
  const failed = { outcome: 'failed', code: 'TIMEOUT', message: 'after 60 s', pid: 7 } as const;
  const well = observation({ latency_p50: 1 });
  expect(voidReason(madePair(0, failed, well), defaultLimits)).toMatchObject({
    code: 'BASE_FAILED',
    have: 'TIMEOUT: after 60 s',
  });
  expect(voidReason(madePair(0, well, failed), defaultLimits)).toMatchObject({ code: 'HEAD_FAILED' });
});
