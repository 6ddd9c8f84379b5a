import { expect, test } from 'vitest';
import { defaultFigures } from '../../src/tco/defaults.ts';
import { cloudRules, facilityRules, ownRules, studyRules } from '../../src/tco/study-rules.ts';
import { bookPrice, readText, refusalOf } from './study-fixture.ts';

const text = `name: Own cards
currency: USD
date: 2025-06-01
horizon_years: 3
discount_rate: 0.08
demand: { requests_per_day: 8640000, peak_to_average: 2 }
facilities:
  hall: { pue: default, electricity_per_kwh: default, colocation_per_kw_month: default }
options:
  - kind: own
    name: card
    facility: hall
    accelerator: nvidia-x
    throughput: { items_per_second: 100, provenance: given, source: me, max_utilisation: 0.5 }
    machine:
      accelerator_price: { book: retail }
      accelerators: 2
      server_overhead: default
    power: { idle_watts: 200, load_watts: 600, provisioned_watts: 800 }
  - kind: cloud
    name: hour
    accelerator: nvidia-x
    accelerators: 4
    throughput: { items_per_second: 200, provenance: given, source: me, max_utilisation: 0.5 }
    scaling: always_on
    on_demand_per_hour: { book: on_demand, seller: A }
`;

const book = [
  bookPrice(),
  bookPrice({ kind: 'list', amount: 9000 }),
  bookPrice({ per: 'device_hour', kind: 'on_demand', amount: 2, seller: 'A', offer: 'a.large', region: 'east' }),
  bookPrice({ per: 'device_hour', kind: 'on_demand', amount: 3, seller: 'B', variantStated: false }),
  bookPrice({ per: 'device_hour', kind: 'spot', amount: 1, date: null }),
];
const sources = { prices: () => book };

test('default puts in value, range and source of the table', () => {
  const { assumptions, model } = readText(text, sources);
  const pue = assumptions.find(({ name }) => name === 'facilities.hall.pue');
  expect(pue).toMatchObject({
    value: 1.4,
    low: 1.1,
    high: 1.8,
    source: expect.stringMatching(/^default: .*Uptime Institute/),
  });
  expect(pue?.distribution).toEqual({ kind: 'triangular', low: 1.1, mode: 1.4, high: 1.8 });
  expect(assumptions.find(({ name }) => name.endsWith('electricity_per_kwh'))).toMatchObject({
    value: 0.083,
    date: '2025',
    unit: 'USD/kWh',
  });
  expect(model.options[0]).toMatchObject({
    capital: { serverOverhead: 0.64 },
    facility: { colocationPerKilowattMonth: 184 },
  });
});

test.each([
  [
    'discount_rate: 0.08',
    'discount_rate: default',
    'discount_rate: expected a figure, got default, for which there is no good source: state your own. Usual: 0.04 to 0.12',
  ],
  ['peak_to_average: 2', 'peak_to_average: default', 'no good source: state your own. Usual: 1.5 to 10'],
  ['idle_watts: 200', 'idle_watts: default', 'options[0].power.idle_watts: expected a figure, got default'],
  ['requests_per_day: 8640000', 'requests_per_day: default', 'got default, which nobody knows of it: state your own'],
  [
    '{ book: on_demand, seller: A }',
    'default',
    'options[1].on_demand_per_hour: expected a figure, got default, which nobody knows',
  ],
  [
    'currency: USD',
    'currency: EUR',
    'electricity_per_kwh: expected a price in EUR, got default, which is 0.083 USD: convert it',
  ],
  [
    '{ book: retail }',
    '{ book: used }',
    'expected a price of nvidia-x in the price books, got none that fits; there are retail, 8000 USD, typical retail, 2025-03-03; list',
  ],
  [
    'on_demand, seller: A',
    'on_demand',
    'expected words that one price fits, got 2: on_demand, 2 USD, A, a.large, 2025-03-03; on_demand, 3 USD, B',
  ],
  ['on_demand, seller: A', 'spot', 'expected a dated price, got one without a date'],
  [
    '    accelerator: nvidia-x\n    throughput',
    '    throughput',
    'expected accelerator in the option to look a price up by, got nothing',
  ],
  [
    '      server_overhead: default',
    '      installation: { book: retail }',
    'expected an amount: price books have prices of accelerators',
  ],
])('%s as %s is refused with its line', (old, replacement, message) => {
  expect(text).toContain(old);
  const answer = refusalOf(text.replace(old, replacement), sources);
  expect(answer).toContain(message);
  expect(answer).toMatch(/study\.yaml:\d+:\d+: /);
});

test('a price of the book comes with its date and source, by the hour for all accelerators of a machine', () => {
  const { assumptions } = readText(text, sources);
  expect(assumptions.find(({ name }) => name.endsWith('accelerator_price'))).toMatchObject({
    value: 8000,
    date: '2025-03-03',
    source: 'typical retail; a shop',
  });
  expect(assumptions.find(({ name }) => name.endsWith('on_demand_per_hour'))).toMatchObject({
    value: 8,
    source: 'a.large, A, east; times 4 accelerators; a shop',
  });
  const other = text.replace('on_demand, seller: A', 'on_demand, seller: B, low: 10, high: 14');
  expect(readText(other, sources).assumptions.find(({ name }) => name.endsWith('on_demand_per_hour'))).toMatchObject({
    value: 12,
    low: 10,
    high: 14,
    source: 'typical retail, B; times 4 accelerators; which variant of the device is not stated; a shop',
  });
});

test('every default is of a figure that a study has, within its range, and in order', () => {
  const rules = new Map(
    [...studyRules, ...ownRules, ...cloudRules, ...facilityRules].map((rule) => [rule.file.join('.'), rule]),
  );
  for (const [name, known] of Object.entries(defaultFigures)) {
    const rule = rules.get(name);
    expect(rule, name).toBeDefined();
    if (rule === undefined || 'usual' in known) continue;
    expect(known.low, name).toBeGreaterThanOrEqual(rule.least);
    expect(known.high, name).toBeLessThanOrEqual(rule.most);
    expect([known.low, known.value, known.high], name).toEqual(
      [known.low, known.value, known.high].toSorted((a, b) => a - b),
    );
    expect(rule.unit.includes('¤'), name).toBe(known.currency !== undefined);
  }
});
