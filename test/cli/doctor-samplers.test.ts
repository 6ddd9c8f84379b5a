import { expect, test } from 'vitest';
import { checkSamplers } from '../../src/cli/doctor-samplers.ts';
import type { Collector, CollectorProbe } from '../../src/collectors/collector.ts';

function collector(name: string, columns: readonly string[], probe: CollectorProbe): Collector {
  return {
    name,
    columns: columns.map((column) => ({ name: column, unit: 'count', description: '' })),
    phase: 'early',
    probe: async () => probe,
    open: async () => {},
    sample: () => {},
    close: async () => {},
  };
}

const denied = { available: false, code: 'NO_PERMISSION', reason: 'root may.' } as const;
const none = { available: false, code: 'NO_DEVICE', reason: 'no device.' } as const;

test('each sampler is told with its columns and those that it cannot fill, or with its reason', async () => {
  const missing = [{ column: 'clock', code: 'X', reason: 'not told.' }];
  const checks = await checkSamplers([
    collector('process', ['threads', 'clock'], { available: true, missing }),
    collector('gpu', ['gpu0_power'], none),
  ]);
  expect(checks.map(({ name, status, message }) => [name, status, message])).toEqual([
    ['process', 'ok', '1 columns: threads; not here: clock (not told.)'],
    ['gpu', 'optional', 'no device.'],
    ['energy', 'optional', expect.stringContaining('cannot be measured')],
  ]);
});

test('without the process itself the telemetry is worse; a sampler whose work another does is fine', async () => {
  const spare = { available: false, code: 'NOT_NEEDED', reason: 'another does it.' } as const;
  const checks = await checkSamplers([collector('process', [], none), collector('spare', [], spare)]);
  expect(checks.map(({ status }) => status)).toEqual(['warning', 'ok', 'optional']);
});

test('energy can be measured where a column of power or energy is filled, of whatever device', async () => {
  const columns = [{ name: 'gpu1_power', unit: 'W', description: '' }] as const;
  const found = await checkSamplers([collector('gpu', ['gpu0_power'], { available: true, columns })]);
  expect(found.at(-1)).toMatchObject({ status: 'ok', message: 'can be measured: gpu1_power' });
  const missing = [{ column: 'gpu0_power', code: 'NOT_TOLD', reason: '[N/A].' }];
  const lacking = await checkSamplers([collector('gpu', ['gpu0_power'], { available: true, missing })]);
  expect(lacking.at(-1)?.status).toBe('optional');
});

test('an energy counter that only root may read is a warning with the command that opens it', async () => {
  const checks = await checkSamplers([collector('rapl', ['package0_energy'], denied)]);
  expect(checks.at(-1)).toMatchObject({ status: 'warning', fix: expect.stringContaining('energy_uj') });
});

test('what a sampler started for its probe is ended', async () => {
  let ended = 0;
  const end = async (): Promise<void> => {
    ended += 1;
  };
  await checkSamplers([{ ...collector('tool', [], none), end }]);
  expect(ended).toBe(1);
});

test('what limits a device is told, and one that is held below its default is a warning with the line that lifts it', async () => {
  const none = { smHertz: null, memoryHertz: null };
  const device = (index: number, limit: number) => ({
    uuid: `U${index}`,
    index,
    kind: 'gpu' as const,
    vendor: 'NVIDIA',
    name: 'A board',
    driver: '590',
    memoryBytes: null,
    powerLimitWatts: limit,
    isSliced: null,
    sensorCoverage: 0.25,
    notes: [],
    power: {
      enforcedLimitWatts: limit,
      defaultLimitWatts: 700,
      minimumLimitWatts: 200,
      maximumLimitWatts: 700,
      persistenceMode: true,
      computeMode: 'Default',
      performanceLevel: null,
      applicationClocks: none,
      defaultApplicationClocks: none,
      maximumClocks: { smHertz: 1.98e9, memoryHertz: null },
      powerSaving:
        limit < 700
          ? { active: true, reasons: [{ code: 'POWER_LIMIT_BELOW_DEFAULT', message: 'The power limit is 250 W.' }] }
          : { active: false, reasons: [] },
      notTold: [],
    },
  });
  const devices = [device(0, 250), device(1, 700)];
  const checks = await checkSamplers([collector('gpu', ['gpu0_power'], { available: true, devices })]);
  expect(checks.slice(1, 3)).toEqual([
    {
      name: 'gpu0',
      status: 'warning',
      message:
        'limit 250 W (default 700 W, 200 to 700 W), clock up to 1,980 MHz, persistence mode on, compute mode Default, sensor covers 25 % of the time; held below its default. The power limit is 250 W.',
      fix: 'sudo nvidia-smi -i 0 -pl 700',
    },
    {
      name: 'gpu1',
      status: 'ok',
      message:
        'limit 700 W (default 700 W, 200 to 700 W), clock up to 1,980 MHz, persistence mode on, compute mode Default, sensor covers 25 % of the time',
      fix: null,
    },
  ]);
});
