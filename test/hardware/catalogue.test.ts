import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCatalogue, readProfile } from '../../src/hardware/catalogue.ts';

const today = '2026-11-22';
const builtIn = loadCatalogue({}, today);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-profiles-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mine = `id: mine
name: My device
vendor: Me
architecture: one of a kind
kind: npu
aliases: [my]
peak_operations_per_second:
  int8: { value: 100e12, source: data sheet, confidence: sourced }
memory:
  bandwidth_bytes_per_second: { value: 1e12, source: data sheet, confidence: sourced }
power_watts:
  design: { value: 100, source: data sheet, confidence: sourced }
`;

function write(name: string, text: string): string {
  mkdirSync(join(folder, 'prices'), { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('65 devices come with Dyno, each with a source and a confidence for every figure', () => {
  expect(builtIn.profiles).toHaveLength(65);
  for (const { peakOperationsPerSecond, memory, powerWatts, interconnectBytesPerSecond } of builtIn.profiles) {
    for (const figure of [
      ...Object.values(peakOperationsPerSecond),
      ...Object.values(memory),
      ...Object.values(powerWatts),
      interconnectBytesPerSecond,
    ]) {
      if (figure.value === null) expect(figure.note).not.toBeNull();
      else expect(figure.source).not.toBeNull();
    }
  }
});

test('the A100 has the figures of its data sheet in base units', () => {
  const a100 = builtIn.profiles.find(({ id }) => id === 'nvidia-a100-sxm-80gb');
  expect(a100?.peakOperationsPerSecond.fp16).toMatchObject({
    value: 312e12,
    confidence: 'sourced',
    date: '2026-11-21',
  });
  expect(a100?.peakOperationsPerSecond.fp8).toMatchObject({ value: null, note: 'not supported' });
  expect(a100?.memory.bandwidthBytesPerSecond.value).toBe(2.039e12);
  expect(a100?.powerWatts.design.value).toBe(400);
});

test('what nobody looked up is unverified, whatever else is known of the device', () => {
  const v100 = builtIn.profiles.find(({ id }) => id === 'nvidia-v100-sxm2-16gb');
  expect(v100?.peakOperationsPerSecond.int8).toMatchObject({ value: 62.8e12, confidence: 'unverified' });
  expect(v100?.peakOperationsPerSecond.fp16.confidence).toBe('sourced');
});

test('a figure that the facts do not have is null and says so', () => {
  const mi325x = builtIn.profiles.find(({ id }) => id === 'amd-mi325x');
  expect(mi325x?.powerWatts.idle).toEqual({
    value: null,
    source: null,
    date: null,
    confidence: 'unverified',
    note: 'the profile does not state it',
  });
});

test('an offer that does not say which variant it is for stands once and names all of them', () => {
  const p3 = builtIn.prices.filter(({ offer }) => offer === 'AWS p3.2xlarge on-demand');
  expect(p3).toHaveLength(1);
  expect(p3[0]).toMatchObject({ variantStated: false, per: 'device_hour', kind: 'on_demand', amount: 3.06 });
  expect(p3[0]?.profiles).toHaveLength(4);
  const p4d = builtIn.prices.find(({ offer }) => offer === 'AWS p4d.24xlarge on-demand /8');
  expect(p4d).toMatchObject({ variantStated: true, profiles: ['nvidia-a100-sxm-40gb'] }); // "40GB SXM" in its note
});

test('a price of a whole instance is not one of a device', () => {
  const c7i = builtIn.prices.find(({ offer }) => offer?.startsWith('AWS c7i.48xlarge'));
  expect(c7i?.per).toBe('instance_hour'); // the facts say "per instance, not per socket"
});

test('a profile of the user’s own is added', () => {
  write('mine.yaml', mine);
  const { profiles } = loadCatalogue({ own: folder }, today);
  expect(profiles).toHaveLength(66);
  expect(profiles.find(({ id }) => id === 'mine')).toMatchObject({
    origin: 'own',
    replaces: null,
    file: join(folder, 'mine.yaml'),
  });
});

test('a profile of the user’s own replaces the one of its id and says which', () => {
  write('nvidia-t4.yaml', mine.replace('id: mine', 'id: nvidia-t4').replace('[my]', '[t4]'));
  const { profiles } = loadCatalogue({ own: folder }, today);
  expect(profiles).toHaveLength(65);
  const t4 = profiles.find(({ id }) => id === 'nvidia-t4');
  expect(t4).toMatchObject({ name: 'My device', origin: 'own' });
  expect(t4?.replaces).toMatch(/hardware-profiles.nvidia-t4\.yaml$/);
});

test('a price book of the user’s own stands before what comes with Dyno', () => {
  write(
    'prices/quotes.yaml',
    `name: quotes
currency: EUR
prices:
  - { profiles: [nvidia-t4], variant_stated: true, per: device, kind: retail, amount: 900, date: 2026-10-01, source: offer of our supplier, confidence: sourced }
`,
  );
  const { prices } = loadCatalogue({ own: folder }, today);
  expect(prices[0]).toMatchObject({ amount: 900, currency: 'EUR', origin: 'own', seller: null });
  expect(prices.length).toBe(builtIn.prices.length + 1);
});

test.each([
  [
    'a typo',
    mine.replace('vendor:', 'vender:'),
    ':3:1: vender: expected a known key, got "vender". Did you mean "vendor"?',
  ],
  [
    'another id than the file’s',
    mine.replace('id: mine', 'id: yours'),
    ':1:5: id: expected the name of the file, "mine", got "yours"',
  ],
  ['a peak a thousand times too large', mine.replace('100e12', '100e15'), 'is a unit off by a thousand?'],
  ['a peak a thousand times too small', mine.replace('100e12', '100e9'), 'is a unit off by a thousand?'],
  [
    'a value without a source',
    mine.replace('source: data sheet, ', ''),
    ':8:9: peak_operations_per_second.int8: expected a "source" for the value, got none',
  ],
  ['a null without a reason', mine.replace('100e12', 'null'), 'expected a "note" that says why the value is null'],
  [
    'a date to come',
    mine.replace('source: data sheet,', 'source: data sheet, date: "2027",'),
    'expected a date up to today (2026-11-22), got "2027"',
  ],
])('a profile with %s is refused with its place', (_name, text, message) => {
  const path = write('mine.yaml', text);
  const load = () => readProfile(path, today);
  expect(load).toThrow(expect.objectContaining({ code: 'PROFILE_INVALID', exitCode: 3 }));
  expect(load).toThrow(join(folder, 'mine.yaml'));
  expect(load).toThrow(message);
});

test('an alias that another profile has is refused', () => {
  write('mine.yaml', mine.replace('[my]', '[a100]'));
  const load = () => loadCatalogue({ own: folder }, today);
  expect(load).toThrow(expect.objectContaining({ code: 'PROFILE_INVALID', exitCode: 3 }));
  expect(load).toThrow('expected names that no other profile has, got "a100"');
});

test('a price for a device that nobody knows is refused with the name that was meant', () => {
  write(
    'prices/quotes.yaml',
    'name: q\ncurrency: EUR\nprices:\n  - { profiles: [nvidia-t5], variant_stated: true, per: device, kind: retail, amount: 1, date: null, source: s, confidence: sourced }\n',
  );
  const load = () => loadCatalogue({ own: folder }, today);
  expect(load).toThrow(expect.objectContaining({ code: 'PRICES_INVALID', exitCode: 3 }));
  expect(load).toThrow(
    'quotes.yaml:4:18: prices[0].profiles[0]: expected the id of a known profile, got "nvidia-t5". Did you mean "nvidia-',
  );
});

test('a folder that is not there is refused', () => {
  expect(() => loadCatalogue({ own: join(folder, 'none') }, today)).toThrow(
    expect.objectContaining({ code: 'PROFILES_NOT_FOUND', exitCode: 3 }),
  );
});
