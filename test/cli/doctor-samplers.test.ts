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
