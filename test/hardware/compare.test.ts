import { expect, test } from 'vitest';
import { type Catalogue, loadCatalogue } from '../../src/hardware/catalogue.ts';
import { compareProfiles } from '../../src/hardware/compare.ts';
import { operationsPerJoule, ridgeOperationsPerByte } from '../../src/hardware/derived.ts';
import { headlinePrice, type Price, priceOf, pricesOf } from '../../src/hardware/price.ts';
import type { PriceFile } from '../../src/hardware/price-schema.ts';
import { resolveProfile } from '../../src/hardware/resolve.ts';

const catalogue: Catalogue = loadCatalogue({});
const profile = (word: string) => resolveProfile(word, catalogue).profile;

test('an alias of a family is its default variant, and says so with the others', () => {
  const { profile: found, alias } = resolveProfile('A100', catalogue);
  expect(found.id).toBe('nvidia-a100-sxm-80gb');
  expect(alias).toBe(
    'A100 is nvidia-a100-sxm-80gb (NVIDIA A100 SXM4 80GB); others: nvidia-a100-pcie-40gb, nvidia-a100-pcie-80gb, nvidia-a100-sxm-40gb',
  );
  expect(resolveProfile('t4', catalogue)).toMatchObject({ profile: { id: 'nvidia-t4' }, alias: null });
});

test.each([
  ['mi300', 'Did you mean "mi300x"?'],
  ['local', 'npx dyno hardware measure --out FILE'],
  ['', 'A device of your own needs a file in hardware-profiles/'],
  ['jetson', 'These have it in their name: nvidia-jetson-agx-orin-32gb'],
  ['abacus-of-brass', 'A device of your own needs a file in hardware-profiles/'],
])('%s is refused with exit 3 and a way on', (word, hint) => {
  const resolve = () => resolveProfile(word, catalogue);
  expect(resolve).toThrow(expect.objectContaining({ code: 'PROFILE_UNKNOWN', exitCode: 3 }));
  expect(resolve).toThrow(hint);
});

test('a slip in "local" is told where "local" is an answer', () => {
  expect(() => resolveProfile('lokal', catalogue, { localIsKnown: true })).toThrow('Did you mean "local"?');
  expect(() => resolveProfile('lokal', catalogue)).not.toThrow('"local"');
});

test('ratios are to the first device, and null where one of the two is not known', () => {
  const rows = compareProfiles([profile('a100'), profile('v100')], []);
  const row = (key: string) => rows.find((one) => one.key === key)?.cells;
  expect(row('peakOperationsPerSecond.fp16')).toMatchObject([
    { value: 312e12, ratio: 1 },
    { value: 125e12, ratio: 125 / 312 },
  ]);
  expect(row('peakOperationsPerSecond.tf32')?.[1]).toMatchObject({ value: null, ratio: null, note: 'not supported' });
  expect(row('peakOperationsPerSecond.fp8')).toBeUndefined(); // neither has it
  expect(row('price.device')).toBeUndefined(); // no prices were given
});

test('what is computed of figures is no better than the worst of them', () => {
  const v100 = profile('v100');
  const ridge = ridgeOperationsPerByte(v100, 'int8');
  expect(ridge.value).toBeCloseTo(69.78, 2); // 62.8e12 / 900e9
  expect(ridge.confidence).toBe('unverified'); // of the peak; the bandwidth is sourced
  expect(operationsPerJoule(v100, 'fp16').confidence).toBe('sourced');
  expect(ridgeOperationsPerByte(v100, 'bf16')).toEqual({ value: null, confidence: 'sourced', note: 'not supported' });
});

function price(change: Partial<PriceFile>, origin: 'built-in' | 'own' = 'built-in', currency = 'USD'): Price {
  const basis: PriceFile = {
    profiles: ['x'],
    variant_stated: true,
    per: 'device',
    kind: 'retail',
    amount: 1,
    date: '2025',
    source: 's',
    confidence: 'sourced',
  };
  return priceOf({ ...basis, ...change }, currency, { file: 'f', origin });
}

test('the headline price is the user’s own, else retail or list of a stated variant, else the newest', () => {
  const older = price({ amount: 1, date: '2020-07-01' });
  const newer = price({ amount: 2, date: '2025-03-03' });
  const share = price({ amount: 3, date: '2025-06', kind: 'system_share' });
  const unclear = price({ amount: 4, date: '2026', variant_stated: false });
  const cost = price({ amount: 5, per: 'device_hour', kind: 'cost' });
  const mine = price({ amount: 6, date: null }, 'own');
  const all = [older, share, newer, unclear, cost];
  expect(headlinePrice('x', all, 'device')).toBe(newer);
  expect(headlinePrice('x', [share], 'device')).toBe(share);
  expect(headlinePrice('x', [...all, mine], 'device')).toBe(mine);
  expect(headlinePrice('x', all, 'device_hour')).toBeNull(); // nobody rents out at cost
  expect(pricesOf('x', [...all, mine]).map(({ amount }) => amount)).toEqual([6, 4, 3, 2, 1, 5]);
});

test('prices of two currencies have no ratio', () => {
  const prices = [
    price({ profiles: ['nvidia-t4'], amount: 900 }, 'own', 'EUR'),
    price({ profiles: ['nvidia-l4'], amount: 2500 }),
  ];
  const row = compareProfiles([profile('t4'), profile('l4')], prices).find(({ key }) => key === 'price.device');
  expect(row?.unit).toBe('EUR or USD');
  expect(row?.cells.map(({ ratio }) => ratio)).toEqual([1, null]);
});
