import { expect, test } from 'vitest';
import { priceFindings, profileFindings } from '../../src/hardware/plausibility.ts';
import type { PriceFile } from '../../src/hardware/price-schema.ts';
import type { ProfileFile } from '../../src/hardware/profile-schema.ts';

const today = '2026-11-22';
const figure = (value: number) => ({ value, source: 'data sheet', confidence: 'sourced' as const });

/** The figures of an A100. */
function profile(change: Partial<ProfileFile> = {}): ProfileFile {
  return {
    id: 'a',
    name: 'A',
    vendor: 'V',
    architecture: 'x',
    kind: 'gpu',
    peak_operations_per_second: { fp32: figure(19.5e12), int8: figure(624e12) },
    memory: { capacity_bytes: figure(80e9), bandwidth_bytes_per_second: figure(2.039e12) },
    power_watts: { design: figure(400), idle: figure(46) },
    ...change,
  };
}

const errors = (file: ProfileFile) =>
  profileFindings(file, today)
    .filter(({ severity }) => severity === 'error')
    .map(({ path }) => path.join('.'));

test('the figures of a data sheet are plausible', () => {
  expect(profileFindings(profile(), today)).toEqual([]);
});

const slips: [string, (factor: number) => Partial<ProfileFile>][] = [
  ['a peak', (by) => ({ peak_operations_per_second: { fp32: figure(19.5e12), int8: figure(624e12 * by) } })],
  ['every peak', (by) => ({ peak_operations_per_second: { fp32: figure(19.5e12 * by), int8: figure(624e12 * by) } })],
  ['the bandwidth', (by) => ({ memory: { bandwidth_bytes_per_second: figure(2.039e12 * by) } })],
  [
    'the capacity',
    (by) => ({ memory: { capacity_bytes: figure(80e9 * by), bandwidth_bytes_per_second: figure(2.039e12) } }),
  ],
  ['the power', (by) => ({ power_watts: { design: figure(400 * by) } })],
];

test.each(slips)('%s that is a thousand times too large or too small is found', (_name, change) => {
  expect(errors(profile(change(1000)))).not.toEqual([]);
  expect(errors(profile(change(1 / 1000)))).not.toEqual([]);
});

test.each([
  ['idle above design power', { power_watts: { design: figure(400), idle: figure(401) } }, 'power_watts.idle.value'],
  [
    'all in below design power',
    { power_watts: { design: figure(400), all_in: figure(300) } },
    'power_watts.all_in.value',
  ],
  ['no peak at all', { peak_operations_per_second: {} }, 'peak_operations_per_second'],
  ['a reason for nothing', { adaptation: { why: { threads: 'x' } } }, 'adaptation.why.threads'],
])('%s is an error', (_name, change, path) => {
  expect(errors(profile(change))).toEqual([path]);
});

test('a value from memory is not sourced', () => {
  const idle = { value: 46, source: 'from memory, no document was read', confidence: 'sourced' as const };
  expect(errors(profile({ power_watts: { design: figure(400), idle } }))).toEqual(['power_watts.idle.confidence']);
});

const price: PriceFile = {
  profiles: ['a'],
  variant_stated: true,
  per: 'device',
  kind: 'list',
  amount: 15_000,
  date: '2025-03-04',
  source: 's',
  confidence: 'sourced',
};

test.each([
  ['is as prices are', {}, []],
  ['is six years old', { date: '2020-07' }, ['warning prices.0.date']],
  ['is undated', { date: null }, ['warning prices.0.date']],
  ['is from the future', { date: '2026-12' }, ['error prices.0.date']],
  ['is of this month', { date: '2026-11' }, []],
  ['is of a span that has ended', { date: '2023/2025' }, []],
  ['is on demand and for a whole device', { kind: 'on_demand' as const }, ['error prices.0.kind']],
  ['is too small for a device', { amount: 15 }, ['warning prices.0.amount']],
  ['nobody looked up', { confidence: 'unverified' as const }, ['warning prices.0.confidence']],
])('a price that %s', (_name, change, expected) => {
  const found = priceFindings({ name: 'b', currency: 'USD', prices: [{ ...price, ...change }] }, today);
  expect(found.map(({ severity, path }) => `${severity} ${path.join('.')}`)).toEqual(expected);
});
