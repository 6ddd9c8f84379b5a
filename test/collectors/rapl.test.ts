import { chmodSync, existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkProbe } from '../../src/collectors/check-collector.ts';
import { raplCollector } from '../../src/collectors/rapl.ts';
import { FakeSystem } from './fake-system.ts';

let system = new FakeSystem();
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

const zone = (index: number) => `sys/class/powercap/intel-rapl:${index}`;

function linkTarget(file: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    return ''; // that of the listing itself
  }
}

function packageFiles(index: number, microjoules: number): Record<string, string> {
  return {
    [`${zone(index)}/name`]: `package-${index}\n`,
    [`${zone(index)}/energy_uj`]: `${microjoules}\n`,
    [`${zone(index)}/max_energy_range_uj`]: '1000000\n',
  };
}

test('the energy of each package counts from the beginning of the round, in joules', async () => {
  system.write({
    ...packageFiles(0, 400_000),
    ...packageFiles(1, 10),
    'sys/class/powercap/intel-rapl:0:0/name': 'core\n',
  });
  const collector = raplCollector(system.path('sys'));
  const probe = await collector.probe();
  checkProbe(probe, 'rapl');
  expect(probe).toMatchObject({
    columns: [{ name: 'package0_energy' }, { name: 'package1_energy' }],
    devices: [{ kind: 'package' }, { kind: 'package' }],
    missing: [],
  });
  await collector.open({ pid: null });
  const row = new Float64Array(4).fill(-1);
  system.write({ ...packageFiles(0, 650_000), ...packageFiles(1, 20) });
  collector.sample(row, 1);
  expect([...row]).toEqual([-1, expect.closeTo(0.25, 12), expect.closeTo(1e-5, 12), -1]);
  await collector.close();
});

test.skipIf(!existsSync('/proc/self/fd'))('openings that fail leave no file open', async () => {
  system.write({ ...packageFiles(0, 1), ...packageFiles(1, 1) });
  const collector = raplCollector(system.path('sys'));
  await collector.probe();
  rmSync(system.path(`${zone(1)}/energy_uj`));
  const openFiles = () => readdirSync('/proc/self/fd').filter((file) => linkTarget(file).includes('powercap')).length;
  for (let round = 0; round < 5; round++) await expect(collector.open({ pid: null })).rejects.toThrow('ENOENT');
  expect(openFiles()).toBeLessThan(2);
  await collector.close();
  expect(openFiles()).toBe(0);
});

test('a counter that started again at 0 goes on where it was', async () => {
  system.write(packageFiles(0, 900_000));
  const collector = raplCollector(system.path('sys'));
  await collector.probe();
  await collector.open({ pid: null });
  const row = new Float64Array(1);
  system.write(packageFiles(0, 100_000)); // 100,000 µJ to the end of its range, and 100,000 from 0 on
  collector.sample(row, 0);
  expect(row[0]).toBeCloseTo(0.2, 12);
  system.write(packageFiles(0, 150_000));
  collector.sample(row, 0);
  expect(row[0]).toBeCloseTo(0.25, 12);
  await collector.close();
});

test('a machine that counts no energy has none, with the reason', async () => {
  expect(await raplCollector(system.path('sys')).probe()).toMatchObject({ available: false, code: 'NO_RAPL' });
});

test.skipIf(process.getuid?.() === 0)('a counter that only root may read says so', async () => {
  system.write(packageFiles(0, 1));
  chmodSync(system.path(`${zone(0)}/energy_uj`), 0o000);
  const probe = await raplCollector(system.path('sys')).probe();
  expect(probe).toMatchObject({ available: false, code: 'NO_PERMISSION' });
});

test('a package whose counter cannot be read is a column that is missing, and the others are in theirs', async () => {
  system.write({ ...packageFiles(0, 1), [`${zone(1)}/name`]: 'package-1\n', ...packageFiles(2, 7) });
  const collector = raplCollector(system.path('sys'));
  const probe = await collector.probe();
  expect(probe).toMatchObject({ available: true, missing: [{ column: 'package1_energy', code: 'NO_PERMISSION' }] });
  await collector.open({ pid: null });
  const row = new Float64Array(3);
  system.write(packageFiles(2, 1_000_007 - 1));
  collector.sample(row, 0);
  expect([...row]).toEqual([0, Number.NaN, expect.closeTo(0.999999, 9)]);
  await collector.close();
});
