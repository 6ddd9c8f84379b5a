import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/hardware/catalogue.ts';
import type { Run } from '../../src/results/run.ts';
import { deviceOf } from '../../src/roofline/own-device.ts';
import { machine, offlineCase, runOn } from './own-fixture.ts';

const { profiles } = loadCatalogue({});
const box = machine('AMD EPYC', 100);
const one = offlineCase(1);
const run = (cpu: Partial<Run['environment']['cpu']> = {}): Run => {
  const { environment, ...rest } = runOn('AMD EPYC', [one]);
  return { ...rest, environment: { ...environment, cpu: { ...environment.cpu, ...cpu } } };
};

test('"local" is the profile that was measured on such a machine', () => {
  expect(deviceOf(one, run(), [...profiles, box])).toBe(box);
});

test.each([
  ['another processor', { model: 'AMD EPYC 7763' }],
  ['other cores', { availableCores: 4 }],
  ['other instruction sets', { flags: ['avx2', 'avx512f', 'fma'] }],
])('a machine with %s is none that the profile was measured on', (_what, cpu) => {
  expect(deviceOf(one, run(cpu), [box])).toMatchObject({ code: 'NO_PROFILE' });
});

test('without a profile the reason has the command that makes one', () => {
  const { reason } = deviceOf(one, run(), profiles) as { reason: string };
  expect(reason).toMatch(/npx dyno hardware measure --out hardware-profiles\/amd-epyc-2-cores\.yaml$/);
});

test('two profiles of one machine are refused', () => {
  const again = { ...box, id: 'again' };
  expect(deviceOf(one, run(), [box, again])).toMatchObject({
    code: 'SEVERAL_PROFILES',
    reason: expect.stringMatching(/^AMD EPYC and again were/),
  });
});

test('a processor of the catalogue counts where all of one socket is the machine', () => {
  const xeon = { model: 'Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz', availableCores: 80, physicalCores: 40 };
  expect(deviceOf(one, run(xeon), profiles)).toMatchObject({ id: 'intel-xeon-platinum-8380' });
  const named = { ...one, profile: 'intel-xeon-platinum-8380' };
  expect(deviceOf(named, run(xeon), profiles)).toMatchObject({ id: 'intel-xeon-platinum-8380' });
  const twoSockets = run({ ...xeon, availableCores: 160, physicalCores: 80 });
  expect(deviceOf(one, twoSockets, profiles)).toMatchObject({ code: 'OTHER_SIZE' });
  expect(deviceOf(named, twoSockets, profiles)).toMatchObject({ code: 'OTHER_SIZE' });
  // A part of it is none of the known devices.
  expect(deviceOf(one, run({ ...xeon, availableCores: 8 }), profiles)).toMatchObject({ code: 'NO_PROFILE' });
});
