import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { gateJsonText } from '../../../src/gate/gate-json.ts';
import { renderGatePage } from '../../../src/report/gate-page/render-gate-page.ts';
import { accepting, reportOf, type WorkedRow, workedGate, workedRows, workedWrong } from '../../gate/worked-report.ts';
import { chromiumPath, launch, open as openPage } from '../page/browser.ts';

const gate = workedGate(workedRows, { wrong: workedWrong });
const report = reportOf(gate, [accepting('text', 'operators')]);
let page = '';
beforeAll(async () => {
  page = await renderGatePage({ report, pairs: gate.pairs });
}, 60_000);

const withoutTags = (markup: string) => markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const sectionOf = (whole: string, id: string) =>
  new RegExp(`<section id="${id}".*?</section>`, 's').exec(whole)?.[0] ?? '';

test('the page runs no script, loads nothing, and reads the same without one', () => {
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy.replaceAll('&#x27;', "'")).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']*'; base-uri 'none'; form-action 'none'$/,
  );
  expect(page.match(/<script(?! type="application\/json")/g)).toBeNull();
  expect(page.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
});

test('the verdict is the first sentence, and what is beside it is named', () => {
  const answer = withoutTags(sectionOf(page, 'answer'));
  expect(answer).toMatch(/^ Regressed: 1 of 7 rows is worse by more than the margin\./);
  expect(answer).toMatch(/Removed: load_time of text.*Added: first_token of text.*Accepted: operators of text/);
});

test('the table has every row of both versions, those that did not pass first', () => {
  const table = sectionOf(page, 'rows');
  const verdicts = [...table.matchAll(/<span class="ending (\w+)">/g)].map(([, verdict]) => verdict);
  expect(verdicts).toEqual([
    ...['regressed', 'regressed', 'invalid', 'inconclusive', 'improved', 'accepted', 'pass', 'pass'],
  ]);
  expect(withoutTags(table)).toMatch(/latency_p50 vision regressed first stage .* run again in fresh processes/);
  expect(withoutTags(table)).toMatch(/operators text accepted accepted: A more precise filter/);
});

test('each row with an interval is drawn against its margin, and each pair of the rows that did not pass', () => {
  const intervals = sectionOf(page, 'intervals-section');
  expect(intervals).toMatch(/<div class="plot" data-chart="intervals"[^>]*><svg /);
  for (const name of ['latency_p50, vision', 'latency_p50, speech', 'throughput, text', 'peak_rss, vision']) {
    expect(withoutTags(intervals)).toMatch(new RegExp(`${name} [+−]\\d+\\.\\d % \\([+−]\\d+\\.\\d to `));
  }
  const pairs = sectionOf(page, 'pairs');
  // Two of vision, one of speech, one of text; tables was not compared, and exact rows have no pairs.
  expect(pairs.match(/<figure /g)).toHaveLength(4);
  expect(withoutTags(pairs)).toMatch(
    /First stage: \+1\d\.\d % .* Run again: \+1\d\.\d % .* The margin lies at \+5\.0 %/,
  );
  // A throughput that is 1.05 times as small: 1 / 1.05 − 1.
  expect(withoutTags(pairs)).toContain('The margin lies at −4.8 %.');
});

test('the time of a flagged row is explained by a pair that really ran', () => {
  const stages = withoutTags(sectionOf(page, 'stages'));
  const [, round, base] =
    /latency_p50, vision: round (\d+) of the second stage.*?\((\d+\.\d) ms in base/.exec(stages) ?? [];
  const pair = gate.pairs.find(
    (one) => one.scenario === 'vision' && one.stage === 'confirm' && one.round + 1 === Number(round),
  );
  if (pair?.base.outcome !== 'measured') throw new Error('Expected a pair that was measured.');
  expect(Number(base)).toBeCloseTo(1000 * (pair.base.values.latency_p50 ?? 0), 0);
  expect(stages).toMatch(/preprocess .* inference 12 ms 12 ms 0 s 0\.0 %/);
});

test('the page holds the verdict as JSON and as a file, and every figure of every round', () => {
  const json = /<script type="application\/json" id="gate-data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  expect(JSON.parse(json)).toEqual(JSON.parse(gateJsonText(report)));
  const files = [...page.matchAll(/href="data:[^"]*;base64,([^"]*)" download="([^"]*)"/g)].map(
    ([, content = '', name = '']) => [name, Buffer.from(content, 'base64').toString('utf8')] as const,
  );
  expect(files.map(([name]) => name)).toEqual(['gate.json', 'rounds.csv']);
  expect(files[0]?.[1]).toBe(gateJsonText(report));
  const lines = files[1]?.[1].trimEnd().split('\r\n') ?? [];
  const metricsOf = (scenario: string) => workedRows.filter((row) => row.scenario === scenario).length;
  expect(lines.length - 1).toBe(gate.pairs.reduce((sum, pair) => sum + metricsOf(pair.scenario), 0));
  expect(lines[1]).toMatch(/^vision,latency_p50,s,look,1,base,0\.02\d*,0\.02\d*,$/);
});

test('equal input is equal bytes', async () => {
  expect(await renderGatePage({ report, pairs: gate.pairs })).toBe(page);
});

test('50 rows of 40 pairs are at most 1.5 MB', async () => {
  // The margin lies in the middle of the noise, so that every row is measured to its last look.
  const rows = Array.from({ length: 50 }, (_, index): WorkedRow => {
    return { scenario: `scenario ${index}`, metric: 'latency_p50', base: 0.02, times: 1.05, noise: 0.05 };
  });
  const wide = workedGate(rows);
  expect(wide.pairs.length).toBeGreaterThan(1900);
  const text = await renderGatePage({ report: reportOf(wide), pairs: wide.pairs });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1.5e6);
  // What is not drawn is told: every row that did not pass has a chart or is counted as left out.
  const pairs = sectionOf(text, 'pairs');
  const left = Number(/(\d+) more such rows are left out here/.exec(pairs)?.[1]);
  const open = wide.decision.rows.filter(({ verdict }) => verdict !== 'pass').length;
  expect((pairs.match(/<figure /g)?.length ?? 0) + left).toBe(open);
});

test('a gate without a row says so', async () => {
  const empty = workedGate([]);
  const text = await renderGatePage({ report: reportOf(empty), pairs: [] });
  expect(withoutTags(sectionOf(text, 'answer'))).toMatch(/Nothing was compared/);
  expect(text).not.toContain('<section id="rows"');
});

test.skipIf(chromiumPath === null)(
  'a browser finds nothing to complain of, and names of others stay text',
  async () => {
    const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(2)>';
    const wild = workedGate([{ scenario: hostile, metric: hostile, base: 0.02, times: 1.2, noise: 0.01 }]);
    const text = await renderGatePage({
      report: {
        ...reportOf(wild, [accepting(hostile, hostile, { reason: hostile })]),
        suite: hostile,
        differences: [{ what: hostile, base: hostile, head: null }],
        environment: [{ name: hostile, value: hostile }],
      },
      pairs: wild.pairs,
    });
    const folder = mkdtempSync(join(tmpdir(), 'dyno-gate-page-'));
    const browser = await launch();
    try {
      for (const [name, content] of [
        ['hostile', text],
        ['worked', page],
      ] as const) {
        const file = join(folder, `${name}.html`);
        writeFileSync(file, content);
        const { page: shown, complaints } = await openPage(browser, file);
        expect(await shown.locator('h1').count()).toBe(1);
        expect(await shown.locator('img').count()).toBe(0);
        // Wide tables scroll in their place, and the page does not.
        expect(
          await shown.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
        ).toBeLessThanOrEqual(0);
        expect(complaints).toEqual([]);
      }
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  },
);
