import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { judgeClaims } from '../../src/tco/claims.ts';
import { readStudy } from '../../src/tco/study.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-claims-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two cards that cost nothing but their price; `fast 2.0` has a dot and a blank in its name. */
const text = `name: A fast card and a cheap one
currency: EUR
date: 2025-06-01
horizon_years: 2
discount_rate: 0
demand:
  requests_per_day: 86400000
  peak_to_average: 2
facilities:
  hall: { pue: 1, electricity_per_kwh: { amount: 0.2 } }
options:
  - kind: own
    name: fast 2.0
    facility: hall
    throughput: { items_per_second: 300, max_utilisation: 0.5, provenance: given, source: thought of }
    machine: { accelerator_price: { amount: 3000, low: 2000, high: 4000 }, accelerators: 1, residual_share: 0.1 }
    power: { idle_watts: 0, load_watts: 0, provisioned_watts: 0 }
  - kind: own
    name: cheap
    facility: hall
    throughput: { items_per_second: 100, max_utilisation: 0.5, provenance: given, source: thought of }
    machine: { accelerator_price: { amount: 2000 }, accelerators: 1, residual_share: 0.1 }
    power: { idle_watts: 0, load_watts: 0, provisioned_watts: 0 }
in_common: [options.*.machine.residual_share]
variations:
  - name: bare
    title: prices alone
    set: { options.*: 1 }
  - name: rented
    title: by the hour
    set:
      options.cheap: { kind: cloud, scaling: always_on, on_demand_per_hour: { amount: 0.1 } }
evidence:
  - name: a test
    throughput: { fast 2.0: 200, cheap: 100 }
    unit: images/s
    provenance: measured
    source: a run
claims:
  - text: The fast one costs a third less.
    source: its seller
    option: fast 2.0
    against: cheap
    boundaries: [bare]
    lower_by: 0.3333
    tolerance: 0.01
    years: 2
    chances: [bare]
  - text: From 10 million a day on the fast one costs less.
    source: its seller
    option: fast 2.0
    against: cheap
    boundaries: [bare, rented]
    from_requests_per_day: 10000000
    loads: [{ max_utilisation: 0.5, peak_to_average: 2 }]
`.replace('options.*: 1', 'options.fast 2.0.machine.residual_share: null, options.cheap.machine.residual_share: null');

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

test('a variation changes what it sets and nothing else', () => {
  const study = read(text);
  const [bare, rented] = study.claims?.variations ?? [];
  // 10 % of the price comes back in the study, nothing where that is taken out.
  const prices = (model: typeof study.model | undefined) =>
    model?.options.map((one) =>
      one.kind === 'owned' ? [one.capital.acceleratorPrice, one.capital.residualShare] : null,
    );
  expect(prices(study.model)).toEqual([
    [3_000, 0.1],
    [2_000, 0.1],
  ]);
  expect(prices(bare?.model)).toEqual([
    [3_000, 0],
    [2_000, 0],
  ]);
  expect(rented?.model.options.map(({ kind, name, throughput }) => [kind, name, throughput.itemsPerSecond])).toEqual([
    ['owned', 'fast 2.0', 300],
    ['cloud', 'cheap', 100],
  ]);
});

test('a figure that options have in common is one, and stands in all of them', () => {
  const { assumptions } = read(text);
  expect(assumptions.filter(({ name }) => name.endsWith('residual_share'))).toMatchObject([
    {
      owner: null,
      places: [
        ['options', 'fast 2.0', 'capital', 'residualShare'],
        ['options', 'cheap', 'capital', 'residualShare'],
      ],
    },
  ]);
});

test('a set figure is said to stand where it was set', () => {
  const rented = read(text).claims?.variations.find(({ name }) => name === 'rented');
  const price = rented?.assumptions.find(({ name }) => name.endsWith('on_demand_per_hour'));
  expect(price?.where).toMatch(/study\.yaml:32:\d+$/);
});

test('claims are judged by evidence, not by what the study itself assumes', () => {
  const [cost, volume] = judgeClaims(read(text))?.claims ?? [];
  // 3,000 ÷ 2,000 = 1.5 at a ratio of 200 ÷ 100: a quarter less instead of a third.
  expect(cost).toMatchObject({
    boundaries: [{ costOfOption: 3_000, costOfAgainst: 2_000, breakEvenRatio: 1.5 }],
    evidence: [{ ratio: 2, differences: [{ difference: -0.25, verdict: 'overstated' }] }],
    suggestedWording: null,
  });
  // A cheap card carries 100 · 0.5 ÷ 2 = 25 requests/s, 2.16 million a day, a fast one twice that. In thousands, for each 2.16 million
  // more: 3 against 2, 3 and 4, 6 and 6, 6 and 8, 9 and 10, 9 and 12 …: cheaper above 2.16 million, and always above 6.48.
  const atBare = volume?.kind === 'volume' ? volume.crossings.find(({ boundary }) => boundary === 'bare') : undefined;
  expect(atBare).toMatchObject({ first: 2_160_000, persistent: 6_480_000, isSettled: true, verdict: 'holds' });
});

test('a study without claims judges none', () => {
  const bare = text.slice(0, text.indexOf('variations:'));
  expect(judgeClaims(read(bare))).toBeNull();
});

test.each([
  [
    'options.cheap.machine.residual_share: null',
    'options.cheep.machine.residual_share: null',
    'study.yaml:28:59: variations[0].set["options.cheep.machine.residual_share"]: expected one of the options (fast 2.0, cheap), got "cheep". Did you mean "cheap"?',
  ],
  [
    'options.cheap.machine.residual_share: null',
    'options.cheap.machine.residual_chare: 0.2',
    'variations[0].set["options.cheap.machine.residual_chare"]: options[1].machine.residual_chare: expected a known key',
  ],
  [
    'options.cheap.machine.residual_share: null',
    'options.cheap.machine.residual_share: 2',
    'study.yaml:28:97: variations[0].set["options.cheap.machine.residual_share"]: options[1].machine.residual_share: expected 0 or more, 1 or less, got 2.',
  ],
  [
    'options.cheap.machine.residual_share: null',
    'options.cheap.machine.accelerators: null',
    'variations[0].set["options.cheap.machine.accelerators"]: options[1].machine.accelerators: expected',
  ],
  ['options.cheap.machine.residual_share: null', 'options.cheap.name: costly', 'expected options to keep their names'],
  ['options.cheap.machine.residual_share: null', '__proto__.cheap: 1', 'expected a known key, got "__proto__".'],
  [
    'options.cheap: { kind: cloud,',
    'options.cheap: { name: costly, kind: cloud,',
    'variations[1].set["options.cheap"]: expected options to keep their names, got "costly".',
  ],
  [
    'options.cheap.machine.residual_share: null',
    'options.cheap: null',
    'variations[0].set["options.cheap"]: options[1]: expected',
  ],
  ['options.cheap.machine.residual_share: null', 'currency: USD', 'expected what a variation may set, got currency'],
  [
    'options.cheap.machine.residual_share: null',
    'horizon_years.low: 1',
    'expected a map at horizon_years to set a value in, got 2.',
  ],
  ['amount: 0.1 } }', 'amount: -0.1 } }', 'on_demand_per_hour.amount: expected 0 or more, got -0.1.'],
  ['name: rented', 'name: bare', 'variations[1].name: expected a name that no other has, got "bare".'],
  [
    'fast 2.0: 200, cheap: 100',
    'fast 2.0: 200, cheep: 100',
    'evidence[0].throughput.cheep: expected one of the options (fast 2.0, cheap), got "cheep". Did you mean "cheap"?',
  ],
  [
    'fast 2.0: 200, cheap: 100',
    'fast 2.0: 200',
    'claims[0]: expected evidence with a throughput of cheap; "a test" has none.',
  ],
  [
    'unit: images/s',
    'bounds: { fast 2.0: lower, cheap: lower }\n    unit: images/s',
    'expected bounds that bound the ratio; "a test" has lower ones of both.',
  ],
  [
    'unit: images/s',
    'bounds: { cheap: upper }\n    unit: images/s',
    'claims[1]: expected known throughputs to judge a volume by; "a test" has but a bound of cheap.',
  ],
  ['against: cheap', 'against: fast 2.0', 'expected another option than fast 2.0, got the same.'],
  ['option: fast 2.0', 'option: fast', 'claims[0].option: expected one of the options (fast 2.0, cheap), got "fast".'],
  [
    'boundaries: [bare, rented]',
    'boundaries: [bare, rentd]',
    'claims[1].boundaries[1]: expected one of the variations (bare, rented), got "rentd". Did you mean "rented"?',
  ],
  ['years: 2\n    chances', 'years: 3\n    chances', 'claims[0].years: expected the horizon of 2 years, got 3.'],
  ['chances: [bare]', 'chances: [bear]', 'claims[0].chances[0]: expected one of the variations'],
  ['[options.*.machine.residual_share]', '[options.*.running.licences]', 'in_common[0]: expected a figure that two'],
  [
    '[options.*.machine.residual_share]',
    '[discount_rate]',
    'expected a place such as options.*.machine.residual_share',
  ],
  [
    '[options.*.machine.residual_share]',
    '[options.*.machine.accelerator_price]',
    'expected the same figure in all options, got 3000 (2000 to 4000) and 2000.',
  ],
  ['lower_by: 0.3333', 'lower_by: 33', 'claims[0].lower_by: expected'],
])('%s as %s is refused with its line', (old, replacement, message) => {
  const answer = refusal(old, replacement);
  expect(answer).toContain(message);
  expect(answer).toMatch(/study\.yaml:\d+:\d+: /);
});
