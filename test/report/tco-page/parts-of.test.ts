import { build } from 'esbuild';
import { compile } from 'vega-lite';
import { expect, test } from 'vitest';
import { loadDrawing } from '../../../src/report/draw.ts';
import { chartsByKind, listed } from '../../../src/report/tco-page/charts/charts-of.ts';
import { chartsOf, partsOf } from '../../../src/report/tco-page/parts-of.ts';
import { viewOf } from '../../../src/report/tco-page/view.ts';
import { evaluateStudy } from '../../../src/tco/model/evaluate-study.ts';
import { cloud } from '../../tco/model/example-options.ts';
import { workedOutcome, workedStudy } from './worked-study.ts';

const study = workedStudy();
const outcome = workedOutcome(study);
const part = (id: string, of = partsOf(study, outcome)) => of.find((one) => one.id === id)?.html ?? '';
/** The text of a row of a table, cell by cell. */
const row = (markup: string, head: string): string[] => {
  const found = [...markup.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, cells = '']) =>
    [...cells.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '').trim()),
  );
  return found.find(([first]) => first?.startsWith(head)) ?? [];
};

test('the figures stand with the cheapest option first, and are those that are worked out by hand', () => {
  const figures = part('figures');
  expect(row(figures, 'figure')).toEqual(['figure', 'card', 'hour']);
  expect(row(figures, 'Net present cost')).toEqual(['Net present cost CHF', '10,000', '26,298']);
  expect(row(figures, 'Equivalent annual cost')).toEqual(['Equivalent annual cost CHF', '3,333', '8,766']);
  // 30 requests/s over three years of 365.25 days are 2,840,184,000 requests.
  expect(row(figures, 'Cost of a million')).toEqual(['Cost of a million requests CHF', '3.52', '9.26']);
  // (26,298 − 10,000) ÷ 10,000; 8,766 a year have paid 10,000 back at the end of the second.
  expect(row(figures, 'Return on investment')).toEqual(['Return on investment', '+163 %', 'baseline']);
  expect(row(figures, 'Payback')).toEqual(['Payback', '2 years', 'baseline']);
  // 3,333.33 ÷ (8,766 h × 1 CHF/h).
  expect(row(figures, 'Break-even utilisation')[1]).toBe('38.0 % against hour');
  // Who rents machines out does not say what they draw.
  expect(row(figures, 'Energy a request')).toEqual(['Energy a request J', '0', '–']);
});

test('where the study states what requests bring in, the returns are told to be of that', () => {
  expect(part('figures')).toContain('choosing an option instead of hour');
  const sold = { ...study, model: { ...study.model, revenuePerMillionRequests: 20 } };
  const figures = part('figures', partsOf(sold, evaluateStudy(sold)));
  expect(figures).toContain('what the requests bring in, CHF 20 per million, less what the option costs');
  expect(figures).not.toContain('instead of hour');
  // 2,840.184 million requests bring in 56,803.68.
  expect(row(figures, 'Net present value')).toEqual(['Net present value CHF', '46,804', '30,506']);
});

test('the machines of each year stand in one chart of all options and in a table', () => {
  // 30 requests/s of 100 items/s, and of what one rented machine serves.
  const [card] = outcome.options;
  expect(card?.years.map(({ fleet }) => fleet.total)).toEqual([1, 1, 1]);
  expect(row(part('fleet'), 'card')).toEqual(['card', '1–3', '1', '1', '30 %']);
  expect([...part('fleet').matchAll(/data-chart="([^"]*)"/g)].map(([, id]) => id)).toEqual(['fleet']);
  expect(part('fleet')).toContain('card: 1 machine in every year.');
});

test('of many years of growth the chart has the first and the last ones, and the table has all', () => {
  const long = workedStudy({
    horizonYears: 30,
    model: {
      ...study.model,
      options: study.model.options.map((one) => ({ ...one, lifeYears: 30 })),
      demand: { ...study.model.demand, growthPerYear: 0.5 },
    },
  });
  const view = viewOf(long, evaluateStudy(long));
  const { spec, summary } = chartsByKind(view).fleet;
  expect(summary).toContain('Years between the first and the last ones are in the table.');
  expect('height' in spec ? spec.height : null).toBe(2 * 3 * 18 + 46);
  expect([...part('fleet', partsOf(long, view.outcome)).matchAll(/<tr>/g)].length).toBeGreaterThan(40);
});

test('what is paid when, and for what', () => {
  expect(row(part('cash'), 'start')).toEqual(['start', '10,000', '0']);
  expect(row(part('cash'), '3')).toEqual(['3', '0', '8,766']);
  expect(row(part('cost'), 'accelerators')).toEqual(['accelerators', '10,000', '–']);
  expect(row(part('cost'), 'in all')).toEqual(['in all', '10,000', '26,298']);
});

test('the recommendation stands as it was made, with its caveats and how sure it is', () => {
  const { recommendation, simulation } = outcome;
  expect(part('answer')).toContain(recommendation.sentence);
  for (const caveat of recommendation.caveats) expect(part('answer')).toContain(caveat.replaceAll("'", '&#39;'));
  expect(simulation?.draws).toBe(500);
  expect(part('answer')).toMatch(/<dt>The cheapest in<\/dt><dd>\d+ %<small>of 500 draws<\/small>/);
});

test('without the simulation the page says so and claims no certainty', () => {
  const parts = partsOf(study, evaluateStudy(study));
  expect(part('answer', parts)).toContain('How sure this is has not been drawn.');
  expect(part('answer', parts)).not.toContain('The cheapest in');
  const certain = { ...study, assumptions: study.assumptions.map((one) => ({ ...one, distribution: null })) };
  expect(part('answer', partsOf(certain, evaluateStudy(certain)))).toContain('no figure of the study has a range');
  expect(part('sensitivity', partsOf(certain, evaluateStudy(certain)))).toContain('No figure of the study has a range');
});

test('a figure that alone changes which option is the cheapest is marked in the table and in the chart', () => {
  // At 30,000 the card costs more than 26,298 of rent; the throughput changes nothing between 80 and 125 items/s.
  const price = row(part('sensitivity'), 'price of an accelerator, card');
  expect(price.slice(1)).toEqual(['−70 %', '+14 %', '⇄ yes']);
  expect(part('sensitivity')).toContain('<summary>1 figure without effect within its range</summary>');
  const tornado = listed(chartsByKind(viewOf(study, outcome))).find(({ id }) => id === 'tornado');
  expect(tornado?.summary).toContain('(marked ⇄): price of an accelerator, card');
});

test('the chances are said in words and add up between two options', () => {
  const simulation = part('simulation');
  const [, chance = ''] = row(simulation, 'hour');
  const [, , other = ''] = row(simulation, 'card');
  expect(Number.parseInt(chance, 10) + Number.parseInt(other, 10)).toBe(100);
  expect(simulation).toMatch(/card costs less than hour in \d+ % of the draws: /);
});

test('provenances of throughputs are told apart by word and form', () => {
  expect(row(part('throughputs'), 'card')).toEqual([
    'card',
    'projected',
    '100',
    '80 to 125',
    '100 %',
    'stack tensorrt',
  ]);
  expect(part('throughputs')).toContain('<span class="badge projected"');
  expect(part('throughputs')).toContain('<span class="badge given"');
  expect(part('throughputs')).not.toContain('badge measured');
});

test('every place of a chart has a specification of its id, once, and every axis of money its currency', async () => {
  const charts = chartsByKind(viewOf(study, outcome));
  const places = partsOf(study, outcome).flatMap(({ html }) =>
    [...html.matchAll(/data-chart="([^"]*)"/g)].map(([, id]) => id),
  );
  expect(places.toSorted()).toEqual(
    chartsOf(study, outcome)
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(new Set(places).size).toBe(places.length);
  const draw = await loadDrawing();
  for (const { id, spec, summary, title } of listed(charts)) {
    const { svg } = await draw(id, spec);
    expect(summary.length, id).toBeGreaterThan(20);
    expect(title, id).not.toBe('');
    if (['cost-items', 'cash', 'volume', 'simulation-spread'].includes(id)) expect(svg, id).toMatch(/CHF/);
    if (['volume-difference', 'tornado'].includes(id)) expect(svg, id).toContain('difference of cost, %');
    expect(svg, id).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test('ten options with long, equal and strange names are drawn without a number that is none', async () => {
  const names = [
    ...Array.from({ length: 8 }, (_, index) => `${'long name of an option '.repeat(4)}${index}`),
    '__proto__',
    ']',
  ];
  const many = workedStudy({
    model: { ...study.model, options: names.map((name, index) => cloud({ name, onDemandPrice: 1 + index / 10 })) },
    assumptions: [],
    throughputs: Object.fromEntries(names.map((name) => [name, { provenance: 'measured', source: 'a run' } as const])),
    baseline: names[0] ?? '',
    leftOut: [],
  });
  const result = evaluateStudy(many);
  const draw = await loadDrawing();
  for (const { id, spec } of chartsOf(many, result)) {
    const { svg, vega } = await draw(id, spec);
    expect(svg, id).not.toMatch(/NaN|undefined|Infinity/);
    expect(vega, id).toBeDefined();
    expect(compile(spec).spec.marks?.length, id).toBeGreaterThan(0);
  }
  // 9 pairs with the recommended option are open, the other 36 fold away.
  expect(part('volume', partsOf(many, result))).toContain('<summary>36 more pairs of options</summary>');
});

test('one option alone makes a page, too', () => {
  const [only] = study.model.options;
  if (only === undefined) throw new Error('Expected an option.');
  const alone = workedStudy({ model: { ...study.model, options: [only] }, assumptions: [], leftOut: [] });
  const parts = partsOf(alone, evaluateStudy(alone));
  expect(part('answer', parts)).toContain('There is no other option in this study to compare it with.');
  expect(part('volume', parts)).not.toContain('data-chart="volume-difference"');
});

test('parts and charts run in a browser: nothing of Node is among what they import', async () => {
  const { metafile } = await build({
    entryPoints: ['src/report/tco-page/parts-of.ts'],
    bundle: true,
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain('src/tco/model/present-cost.ts');
  expect(inputs.filter((path) => path.includes('node_modules') || path.startsWith('node:'))).toEqual([]);
});
