import { expect, test } from 'vitest';
import { gateEnvironment } from '../../src/cli/gate-environment.ts';
import type { Device } from '../../src/collectors/collector.ts';
import { packageVersion } from '../../src/kernel/package-root.ts';

const device: Device = {
  uuid: 'GPU-11111111-2222-3333-4444-555555555555',
  index: 0,
  kind: 'gpu',
  vendor: 'NVIDIA',
  name: 'NVIDIA H100',
  driver: '590.48.01',
  memoryBytes: 80 * 2 ** 30,
  powerLimitWatts: 700,
  isSliced: false,
  notes: [],
};

test('the machine is told in facts, with what is known of the devices and without what names them', async () => {
  const facts = await gateEnvironment([
    device,
    { ...device, name: null, driver: null, memoryBytes: null, powerLimitWatts: null, isSliced: null },
  ]);
  const of = (name: string) => facts.filter((one) => one.name === name).map(({ value }) => value);
  expect(of('GPU')).toEqual(['NVIDIA H100 (80 GiB, driver 590.48.01, limit 700 W, MIG off)', 'of NVIDIA']);
  expect(of('Node')).toEqual([process.version]);
  expect(of('Dyno')).toEqual([packageVersion()]);
  expect(of('CPU')).toHaveLength(1);
  expect(of('cores')[0]).toMatch(/^\d+/);
  expect(of('RAM')[0]).toMatch(/B$/);
  expect(JSON.stringify(facts)).not.toContain('11111111');
});
