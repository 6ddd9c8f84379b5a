import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bindStudy } from '../../src/tco/model/bound-study.ts';
import { optionCost } from '../../src/tco/model/option-cost.ts';
import { readStudy } from '../../src/tco/study.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-study-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = `name: One card against an hour of another
currency: USD
date: 2025-06-01
horizon_years: 3
discount_rate: 0.08
demand:
  requests_per_day: 8640000
  peak_to_average: { value: 2, low: 1.5, high: 4 }
  latency_limit_ms: 50
facilities:
  hall:
    pue: { value: 1.5, low: 1.2, high: 1.8, source: survey of operators }
    electricity_per_kwh: { amount: 0.1, low: 0.05, high: 0.2, shape: uniform, source: bill of May, date: 2025-05 }
    carbon_g_per_kwh: 400
options:
  - kind: own
    name: card
    facility: hall
    throughput:
      items_per_second: { value: 250, low: 200, high: 320, shape: lognormal }
      max_utilisation: 0.5
      provenance: measured
      source: run of May
      least_latency_ms: 4
    machine:
      accelerator_price: { amount: 10000, source: offer }
      accelerators: 2
      residual_share: 0.1
    power: { idle_watts: 200, load_watts: 600, provisioned_watts: 800 }
    running: { maintenance_share: 0.05 }
  - kind: cloud
    name: hour
    throughput: { items_per_second: 200, max_utilisation: 0.5, provenance: published, source: a table }
    scaling: always_on
    on_demand_per_hour: { amount: 1.5, source: price list }
    commitment: { machines: 1, per_hour: { amount: 0.9 }, upfront_share: 0.5, term_years: 3 }
`;

function read(content: string) {
  const path = join(folder, 'study.yaml');
  writeFileSync(path, content);
  return readStudy(path, { today: '2026-01-01' });
}

/** The messages for the study with one piece of its text replaced, without the path. */
function refusal(old: string, replacement: string): string {
  expect(text).toContain(old);
  try {
    read(text.replace(old, replacement));
  } catch (error) {
    return String((error as Error).message).replaceAll(join(folder, 'study.yaml'), 'study.yaml');
  }
  return 'accepted';
}

test('a study becomes a model that can be reckoned with', () => {
  const { model } = read(text);
  const [card, hour] = model.options.map((option) => optionCost(option, model.demand, model.discountRate));
  // 100 requests/s at the mean, 200 at the peak: two machines at 125/s, of two cards each.
  expect(card?.years[0]?.fleet.serving).toBe(2);
  expect(card?.byItem.get('accelerators')).toBe(40_000);
  expect(card?.byItem.get('maintenance')).toBeCloseTo(6_000, 8);
  expect(card?.byItem.get('residual')).toBeCloseTo(-4_000, 8);
  // 400 W idle and 0.4 of the 400 W between: 560 W, 840 W from the grid for 100 requests/s.
  expect(card?.emissions.joulesPerRequest).toBeCloseTo(8.4, 10);
  expect(card?.emissions.gramsPerRequest).toBeCloseTo((8.4 / 3.6e6) * 400, 12);
  expect(card?.emissions.gramsPerRequestWithMaking).toBeNull();
  // Two instances: one committed, one on demand.
  expect(hour?.cashFlow[0]).toBeCloseTo(0.45 * 3 * 8_766, 8);
  expect(hour?.cashFlow[1]).toBeCloseTo((0.45 + 1.5) * 8_766, 8);
});

test('figures without a source come first, each with its place, its date and its doubts', () => {
  const { assumptions, throughputs } = read(text);
  const sources = assumptions.map(({ source }) => source === null);
  expect(sources).toEqual(sources.toSorted((one, other) => Number(other) - Number(one)));
  const named = new Map(assumptions.map((one) => [one.name, one]));
  expect(named.get('demand.peak_to_average')).toMatchObject({
    where: `${join(folder, 'study.yaml')}:8:20`,
    value: 2,
    source: null,
    date: null,
    distribution: { kind: 'triangular', low: 1.5, mode: 2, high: 4 },
  });
  expect(named.get('facilities.hall.electricity_per_kwh')).toMatchObject({
    date: '2025-05',
    distribution: { kind: 'uniform', low: 0.05, high: 0.2 },
  });
  expect(named.get('options[0].machine.accelerator_price')).toMatchObject({ date: '2025-06-01', source: 'offer' });
  expect(named.get('options[1].throughput.items_per_second')).toMatchObject({ source: 'a table', distribution: null });
  expect(throughputs.card).toEqual({ provenance: 'measured', source: 'run of May' });
});

test('every figure says what it is, whose, and in which unit', () => {
  const { assumptions } = read(text);
  const said = new Map(
    assumptions.map(({ name, title, owner, unit, isShare }) => [name, { title, owner, unit, isShare }]),
  );
  expect(said.get('demand.requests_per_day')).toEqual({
    title: 'requests in the first year',
    owner: null,
    unit: 'a day',
    isShare: false,
  });
  expect(said.get('options[1].on_demand_per_hour')).toEqual({
    title: 'price on demand',
    owner: 'hour',
    unit: 'USD a machine and hour',
    isShare: false,
  });
  expect(said.get('facilities.hall.electricity_per_kwh')).toMatchObject({ owner: 'hall', unit: 'USD/kWh' });
  expect(said.get('options[0].machine.residual_share')).toMatchObject({ unit: '', isShare: true });
  for (const { title, unit } of said.values()) expect(`${title}${unit}`).not.toMatch(/¤|_/);
});

test('what an option does not state is left out, and said to be', () => {
  const { leftOut } = read(text);
  const of = (name: string) => leftOut.flatMap(({ option, what }) => (option === name ? [what] : []));
  expect(of('card')).toContain('staff');
  expect(of('card')).toContain('rent or building of the facility');
  expect(of('card')).not.toContain('maintenance and support');
  expect(of('card')).not.toContain('what resale brings');
  expect(of('card')).not.toContain('CO₂ of the electricity');
  expect(of('hour')).toContain('traffic out of the cloud');
  const stated = text.replace('    running:', '    redundant_machines: 0\n    running:');
  expect(read(stated).leftOut).not.toContainEqual({ option: 'card', what: 'spare and redundant machines' });
});

test('the baseline, the draws and the revenue are those of the file, or the first option, 20,000 and none', () => {
  expect(read(text)).toMatchObject({ baseline: 'card', simulation: { draws: 20_000, seed: 1 } });
  expect(read(text).model.revenuePerMillionRequests).toBeUndefined();
  const stated = text
    .replace('  latency_limit_ms', '  revenue_per_million_requests: { amount: 5 }\n  latency_limit_ms')
    .concat('baseline: hour\nsimulation: { draws: 2000, seed: 7 }\n');
  expect(read(stated)).toMatchObject({
    baseline: 'hour',
    simulation: { draws: 2_000, seed: 7 },
    model: { revenuePerMillionRequests: 5 },
  });
});

test('every figure can be varied at its place', () => {
  const { model, assumptions } = read(text);
  const bound = bindStudy(model, assumptions, 'netPresentCost');
  const base = assumptions.map(({ value }) => value);
  const costs = new Float64Array(2);
  bound.evaluate(base, costs);
  const expected = model.options.map((option) => optionCost(option, model.demand, model.discountRate).netPresentCost);
  expect([...costs]).toEqual(expected.map((cost) => expect.closeTo(cost, 6)));
});

test.each([
  [
    'amount: 10000',
    'amount: -1',
    'study.yaml:26:36: options[0].machine.accelerator_price.amount: expected 0 or more, got -1.',
  ],
  [
    'value: 1.5, low: 1.2',
    'value: 0.8, low: 0.8',
    'facilities.hall.pue.value: expected 1 or more, 10 or less, got 0.8.',
  ],
  [
    'amount: 0.1,',
    'amount: 0.1, currency: EUR,',
    'currency: expected USD as in the whole study, got EUR; convert the amount',
  ],
  [
    'least_latency_ms: 4',
    'least_latency_ms: 60',
    'expected at most the latency limit of 50 ms, got 60: not even one item',
  ],
  ['low: 1.5, high: 4', 'low: 2.5, high: 4', 'demand.peak_to_average: expected low <= 2 <= high, got 2.5 and 4.'],
  ['low: 1.5, high: 4', 'low: 1.5', 'demand.peak_to_average: expected low and high together, got low alone.'],
  ['date: 2025-05 }', 'date: 2027-05 }', 'expected a date up to today (2026-01-01), got 2027-05.'],
  ['date: 2025-05 }', 'date: 2025-13 }', 'expected a date of the calendar, got 2025-13.'],
  ['date: 2025-05 }', 'date: 2025-02-30 }', 'expected a date of the calendar, got 2025-02-30.'],
  ['load_watts: 600', 'load_watts: 100', 'power.load_watts: expected at least the 200 W when idle, got 100.'],
  [
    'load_watts: 600',
    'load_watts: { value: 600, low: 150, high: 700 }',
    'power.load_watts: expected a range above that of the idle power, up to 200 W, got one from 150 W.',
  ],
  [
    // ±7 deviations of a lognormal figure from 150 to 250 are 193.6 · (250 / 150)^(±7 / 3.2897): at most 574 W.
    'idle_watts: 200, load_watts: 600',
    'idle_watts: { value: 200, low: 150, high: 250, shape: lognormal }, load_watts: { value: 600, low: 500, high: 700 }',
    'power.load_watts: expected a range above that of the idle power, up to 574.2 W, got one from 500 W.',
  ],
  [
    'low: 1.2, high: 1.8',
    'low: 1.2, high: 1.8, shape: lognormal',
    'pue.shape: expected triangular or uniform, which end at low and high, got lognormal, which is drawn below 1 at times.',
  ],
  [
    'max_utilisation: 0.5\n      provenance: measured',
    'max_utilisation: { value: 0.9, low: 0.8, high: 1, shape: lognormal }\n      provenance: measured',
    'max_utilisation.shape: expected triangular or uniform, which end at low and high, got lognormal, which is drawn above 1 at times.',
  ],
  ['facility: hall', 'facility: hell', 'options[0].facility: expected one of the facilities (hall), got "hell".'],
  ['name: hour', 'name: card', 'options[1].name: expected a name that no other option has, got "card".'],
  ['options:', 'baseline: hall\noptions:', 'baseline: expected one of the options (card, hour), got "hall".'],
  ['term_years: 3', 'term_years: 2', 'term_years: expected terms that fill the horizon of 3 years, got 2.'],
  ['maintenance_share: 0.05', 'staff_per_machine: 0.1', 'running: expected staff_per_machine and staff_cost together'],
  ['discount_rate: 0.08', 'discount_rate: 8', 'study.yaml:5:16: discount_rate: expected 0 or more, 1 or less, got 8.'],
  [
    'horizon_years',
    'horizon_year',
    'study.yaml:4:1: horizon_year: expected a known key, got "horizon_year". Did you mean "horizon_years"?',
  ],
  ['carbon_g_per_kwh: 400', 'colocation_per_kw_month: { amount: 1 }\n    site_per_kw: { amount: 1 }', 'got both.'],
])('%s as %s is refused with its line', (old, replacement, message) => {
  const answer = refusal(old, replacement);
  expect(answer).toContain(message);
  expect(answer).toMatch(/study\.yaml:\d+:\d+: /);
});
