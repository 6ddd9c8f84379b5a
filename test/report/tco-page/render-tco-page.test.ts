import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderTcoPage } from '../../../src/report/tco-page/render-tco-page.ts';
import { judgeClaims } from '../../../src/tco/claims.ts';
import { evaluateStudy, withSimulation } from '../../../src/tco/model/evaluate-study.ts';
import { readStudy, type Study } from '../../../src/tco/study.ts';
import { chromiumPath, launch, open } from '../page/browser.ts';
import { hostileStudy } from './hostile-study.ts';
import { workedOutcome, workedStudy } from './worked-study.ts';

const inFile = { path: '/home/me/own.yaml', sha256: 'a'.repeat(64) };
const pageOf = (study: Study) =>
  renderTcoPage({
    study,
    outcome: withSimulation(study, evaluateStudy(study), { draws: 200, seed: 1 }),
    claims: judgeClaims(study),
  });

let worked = '';
let claims = '';
let hostile = '';
/** With 13 figures that have sources. */
let sourced = '';
beforeAll(async () => {
  const study = workedStudy();
  worked = await renderTcoPage({ study: { ...study, ...inFile }, outcome: workedOutcome(study), claims: null });
  const [figure] = study.assumptions.filter(({ source }) => source !== null);
  if (figure === undefined) throw new Error('Expected a figure with a source.');
  const assumptions = Array.from({ length: 13 }, (_, index) => ({ ...figure, name: `figure ${index}` }));
  const many = workedStudy({ assumptions });
  sourced = await renderTcoPage({ study: { ...many, ...inFile }, outcome: workedOutcome(study), claims: null });
  claims = await pageOf(readStudy('suites/tco/a100-vs-v100.yaml'));
  hostile = await pageOf(hostileStudy());
}, 60_000);

test('the page is at most 2 MB', () => {
  for (const page of [worked, claims, hostile]) expect(Buffer.byteLength(page)).toBeLessThanOrEqual(2e6);
});

test('the sections come in the order in which a decision is made', () => {
  const ids = (page: string) => [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);
  const all = ['answer', 'assumptions', 'options', 'cash', 'volumes', 'figures', 'sensitivity', 'simulation'];
  const rest = ['left-out', 'throughput', 'method', 'data'];
  expect(ids(worked)).toEqual([...all, ...rest]);
  expect(ids(claims)).toEqual([...all, 'claims', ...rest]);
});

test('figures without a source come first, each with its place in the file, its range and its unit', () => {
  const rows = [...worked.matchAll(/<tr data-figure="([^"]*)">(.*?)<\/tr>/gs)];
  expect(rows.map(([, name]) => name)).toEqual([
    'options[1].machine.accelerator_price',
    'options[1].throughput.items_per_second',
    'discount_rate',
  ]);
  const [price = '', throughput = '', rate = ''] = rows.map(([, , cells = '']) => cells.replace(/<[^>]*>/g, '|'));
  expect(price).toMatch(/price of an accelerator\|+card\|.*\|10,000\|? ?\|CHF\|/);
  expect(price).toMatch(/8,000 to 30,000.*uniform.*none: a guess.*2025-05.*line 36/);
  expect(throughput).toMatch(/80 to 125.*lognormal.*a run of May/);
  expect(rate).toMatch(/\|0 %\|.*taken as certain.*the board/);
  expect(worked.indexOf('1 figure without a source')).toBeLessThan(worked.indexOf('2 figures with a source'));
});

test('every chart is a picture already, with a title and what it shows in words', () => {
  const figures = [
    ...worked.replace(/<script[\s\S]*?<\/script>/g, '').matchAll(/<figure class="chart".*?<\/figure>/gs),
  ].map(([figure]) => figure);
  expect(figures.length).toBe(7); // fleets, cost, cash, two over the volume, tornado, simulation
  for (const figure of figures) {
    const id = /data-chart="([^"]*)"/.exec(figure)?.[1] ?? '';
    expect(figure).toMatch(new RegExp(`data-chart="${id}" role="img" aria-labelledby="${id}-title"[^>]*><svg `));
    expect(figure).toContain(`<p class="summary" id="${id}-summary">`);
  }
});

test('figures with a source fold away where they are many, and are all in the page', () => {
  expect(worked).not.toContain('<details class="folded apart">');
  const folded = /<details class="folded apart"><summary>(\d+) figures with a source<\/summary>(.*?)<\/details>/s;
  const [, count, rows = ''] = folded.exec(sourced) ?? [];
  expect([...rows.matchAll(/<tr data-figure=/g)].length).toBe(13);
  expect(count).toBe('13');
});

test('what is not counted is always there, by option, and what both leave out once', () => {
  const section = /<section id="left-out".*?<\/section>/s.exec(worked)?.[0].replace(/<[^>]*>/g, ' ') ?? '';
  expect(section).toMatch(/hour\s+staff/);
  expect(section).toMatch(/all of them\s+taxes/);
  expect(section).not.toMatch(/card\s+taxes/);
});

test('claims stand in their own words beside what was found, and are told to belong to the file', () => {
  const section = /<section id="claims".*?<\/section>/s.exec(claims)?.[0] ?? '';
  expect(section).toContain('data-belongs-to-file');
  const text = section.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  expect(text).toContain('three-year TCO of A100 22 % lower in large-scale deployments');
  expect(text).toContain('above 500,000 requests/day A100 is more economical');
  // Cards only: 15,000 and 8,000, equal at 1.88, 22 % lower at 2.40 (15,000 ÷ 8,000 ÷ 0.78).
  expect(text).toMatch(/S0 cards only[^0-9]*2020 to 2022 15,000 8,000 1\.88 × 2\.40 ×/);
  // 86,400 × 3,362 × 0.6 ÷ 3 = 58.1 million, five of them for good.
  expect(text).toMatch(/58\.1 million 290 million/);
});

test('a page loads nothing and allows its own scripts alone', () => {
  for (const page of [worked, claims, hostile]) {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toMatch(/^default-src &#x27;none&#x27;;/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const body = page.replace(/<script[\s\S]*?<\/script>/g, '');
    expect(body).not.toMatch(/<(?:link|iframe|img|object|embed|base)\b/i);
    expect(body).not.toMatch(/(?:src|href)="(?!#|data:text\/csv|data:application\/json)/);
    expect(body).not.toMatch(/ style="/);
  }
});

test('what a study is called and where it is from is text, whatever it says', () => {
  const outside = hostile.replace(/<script[\s\S]*?<\/script>/g, '');
  expect(outside).not.toMatch(/<script|<img|onerror=(?!alert\(2\)&gt;)/);
  expect(outside).toContain('&lt;img src=x onerror=alert(2)&gt;');
});

test('the same study gives the same bytes', async () => {
  const study = workedStudy();
  const again = await renderTcoPage({ study: { ...study, ...inFile }, outcome: workedOutcome(study), claims: null });
  expect(again).toBe(worked);
});

test.skipIf(chromiumPath === null)('without JavaScript nothing is wider than a phone, in light and dark', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-tco-static-'));
  const browser = await launch();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  try {
    for (const [name, page] of Object.entries({ claims, hostile })) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, page);
      for (const colorScheme of ['light', 'dark'] as const) {
        const opened = await open(browser, file, {
          viewport: { width: 390, height: 800 },
          colorScheme,
          javaScriptEnabled: false,
        });
        const wide = await opened.page.locator('html').evaluate((root) => root.scrollWidth);
        expect(wide, `${name}, ${colorScheme}`).toBe(390);
        expect(opened.complaints).toEqual([]);
        await opened.page.context().close();
      }
    }
  } finally {
    await browser.close();
  }
});
