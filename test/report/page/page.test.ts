import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { casesAsCsv } from '../../../src/report/csv.ts';
import type { ReportInput } from '../../../src/report/input.ts';
import { renderReport } from '../../../src/report/render-report.ts';
import { eightCases, inputOf, sixtyCases, sketchRun, troubledCases, twoRuns } from '../fixtures.ts';
import { hostileInput } from '../hostile.ts';
import { judgedRun, serverRun, steady, withSteadyStates } from '../judged.ts';
import { chromiumPath, launch, makeLive, open } from './browser.ts';

const inputs = {
  eight: inputOf(sketchRun('default', eightCases())),
  sixty: inputOf(sketchRun('sixty', sixtyCases())),
  troubled: inputOf(
    sketchRun('trouble', troubledCases(), { limits: { latency: { percentile: 'p90', seconds: 0.05 } } }),
  ),
  two: twoRuns(5),
  judged: inputOf(withSteadyStates(judgedRun(5), () => steady({ plateauFromSeconds: 4 }))),
  server: inputOf(serverRun()),
  hostile: hostileInput(),
} satisfies Record<string, ReportInput>;
type Name = keyof typeof inputs;
const names = Object.keys(inputs) as Name[];

const folder = mkdtempSync(join(tmpdir(), 'dyno-page-'));
const file = (name: Name) => join(folder, `${name}.html`);

const phone = { width: 360, height: 740 };

const title =
  chromiumPath === null ? 'the page in a browser (skipped: no Chromium is installed)' : 'the page in a browser';
describe.skipIf(chromiumPath === null)(title, () => {
  let browser: Browser;
  beforeAll(async () => {
    for (const name of names) writeFileSync(file(name), await renderReport(inputs[name]));
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(names)(
    '%s: on a phone every picture becomes a live chart without sideways scroll, request or complaint',
    async (name) => {
      const { page, complaints } = await open(browser, file(name), { viewport: phone });
      await makeLive(page);
      expect(await widthOf(page)).toBe(phone.width);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test.each(names)(
    '%s: without JavaScript a phone has every chart as a picture and every case in the table',
    async (name) => {
      const { page, complaints } = await open(browser, file(name), { viewport: phone, javaScriptEnabled: false });
      const heights = await page
        .locator('.plot svg')
        .evaluateAll((pictures) => pictures.map((one) => one.getBoundingClientRect().height));
      expect(heights.length).toBeGreaterThan(0);
      expect(Math.min(...heights)).toBeGreaterThan(50);
      const cases = inputs[name].runs.flatMap(({ run }) => run.cases);
      expect(await page.locator('#cases tbody tr').count()).toBe(cases.length);
      expect(await widthOf(page)).toBe(phone.width);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test.each(['sixty', 'two', 'judged', 'server'] as const)(
    '%s: no text of a chart is cut or leaves its panel',
    async (name) => {
      for (const width of [360, 1280]) {
        const { page } = await open(browser, file(name), { viewport: { width, height: 800 } });
        expect(await textsOutside(page)).toEqual([]);
        await makeLive(page);
        expect(await textsOutside(page)).toEqual([]);
        await page.context().close();
      }
    },
  );

  test('the answer comes before the contents on a phone', async () => {
    const { page } = await open(browser, file('eight'), { viewport: { width: 390, height: 800 } });
    const answer = await page.locator('.sentence').first().boundingBox();
    const contents = await page.locator('.contents').boundingBox();
    expect(answer?.y).toBeLessThan(300);
    expect(contents?.y).toBeGreaterThan(answer?.y ?? Number.POSITIVE_INFINITY);
    await page.context().close();
  });

  test('a column sorts by size, then the other way, by keyboard alone; what is not known stays last', async () => {
    const { page } = await open(browser, file('eight'));
    const header = page.locator('#cases th', { hasText: 'p99' });
    await header.locator('button').focus();
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    const ascending = await column(page, 'p99');
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    const descending = await column(page, 'p99');
    // Four digits cases have a p99, four resnet50 cases have too few queries for one.
    const known = ascending.slice(0, 4).map(Number);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    expect(new Set(known).size).toBe(4);
    expect(descending.slice(0, 4).map(Number)).toEqual([...known].reverse());
    expect([...ascending.slice(4), ...descending.slice(4)]).toEqual(Array(8).fill('–'));
    await page.context().close();
  });

  test('choosing a workload and a word leaves the rows that have both, and says how many', async () => {
    const { page } = await open(browser, file('eight'));
    await page.locator('.tools label', { hasText: 'Workload' }).locator('select').selectOption({ label: 'digits' });
    expect(await page.locator('#cases tbody tr:visible').count()).toBe(4);
    await page.locator('.tools input').fill('off');
    expect(await page.locator('#cases tbody tr:visible').count()).toBe(2);
    expect(await page.locator('.tools output').textContent()).toBe('2 of 8 shown');
    await page.context().close();
  });

  test('a mark under the pointer tells its case and its figure', async () => {
    const { page } = await open(browser, file('eight'));
    const plot = page.locator('[data-chart="throughput-0"]');
    await plot.scrollIntoViewIfNeeded();
    await page.locator('[data-chart="throughput-0"].live').waitFor();
    await plot.locator('path[fill="var(--fused)"]').first().hover();
    const tip = page.locator('.tip');
    await tip.waitFor();
    expect(await tip.locator('dd').allTextContents()).toEqual(['batch 1 · fused', '3,226 items/s (no interval)']);
    await page.context().close();
  });

  test.each([true, false])('the data is saved by a click, JavaScript on: %s', async (javaScriptEnabled) => {
    const { page } = await open(browser, file('eight'), { javaScriptEnabled, acceptDownloads: true });
    const [csv] = await Promise.all([page.waitForEvent('download'), page.locator('a[download="cases.csv"]').click()]);
    expect(readFileSync(await csv.path(), 'utf8')).toBe(casesAsCsv(inputs.eight));
    const [json] = await Promise.all([page.waitForEvent('download'), page.locator('a[download$=".json"]').click()]);
    expect(JSON.parse(readFileSync(await json.path(), 'utf8'))).toEqual(inputs.eight.runs[0]?.run);
    await page.context().close();
  });

  test('labels of invalid cases are struck out in live charts, too', async () => {
    const { page } = await open(browser, file('judged'));
    await page.locator('[data-chart="percentiles-0"].live').waitFor();
    const struck = page.locator('[data-chart="percentiles-0"] text[text-decoration="line-through"]');
    expect(await struck.allTextContents()).toEqual(['✕ batch 8 · fused']);
    await page.context().close();
  });

  test('the first press of Tab offers to skip to the answer, and Enter goes there', async () => {
    const { page } = await open(browser, file('eight'));
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the answer');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('answer');
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)('in %s all text has a contrast of at least 4.5', async (colorScheme) => {
    for (const name of ['eight', 'troubled', 'judged'] as const) {
      const { page } = await open(browser, file(name), { colorScheme });
      expect(await faintTexts(page)).toEqual([]);
      await page.context().close();
    }
  });

  test('headings descend one level at a time, and every chart has a name and a description', async () => {
    const { page } = await open(browser, file('troubled'));
    const levels = await page
      .locator('h1, h2, h3, h4')
      .evaluateAll((found) => found.map(({ tagName }) => Number(tagName.slice(1))));
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
    for (const plot of await page.locator('.plot').all()) {
      const described = await plot.evaluate((element) =>
        ['aria-labelledby', 'aria-describedby'].map(
          (name) => document.getElementById(element.getAttribute(name) ?? '')?.textContent ?? '',
        ),
      );
      expect(described.every((text) => text.length > 2)).toBe(true);
    }
    await page.context().close();
  });

  test('on paper the tables are whole and the contents are left out', async () => {
    const { page } = await open(browser, file('sixty'));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.contents').isVisible()).toBe(false);
    const cut = await page.locator('.table.interactive').evaluate((table) => table.scrollHeight - table.clientHeight);
    expect(cut).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});

function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

async function column(page: Page, name: string): Promise<string[]> {
  const titles = await page.locator('#cases thead th .name').allTextContents();
  const index = titles.indexOf(name);
  return page.locator(`#cases tbody tr > :nth-child(${index + 1})`).allTextContents();
}

/** Texts of charts that end outside their figure or have been cut with an ellipsis. */
function textsOutside(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('figure.chart')].flatMap((figure) => {
      const bounds = figure.getBoundingClientRect();
      return [...figure.querySelectorAll('.plot text')].flatMap((text) => {
        const { left, right, width } = text.getBoundingClientRect();
        const outside = width > 0 && (left < bounds.left - 1 || right > bounds.right + 1);
        return outside || text.textContent?.endsWith('…')
          ? [`${figure.querySelector('h3')?.textContent}: ${text.textContent}`]
          : [];
      });
    }),
  );
}

/** Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3). */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string) => {
      const [r = 0, g = 0, b = 0] = channels(color).map((value) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element | null): string => {
      if (element === null) return 'rgb(255, 255, 255)';
      const color = getComputedStyle(element).backgroundColor;
      return (channels(color)[3] ?? 1) === 1 && color !== 'rgba(0, 0, 0, 0)' ? color : behind(element.parentElement);
    };
    const found = new Set<string>();
    for (const element of document.querySelectorAll('body *:not(script):not(style):not(option)')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '');
      if (!own || element.getClientRects().length === 0) continue;
      const style = getComputedStyle(element);
      const color = element instanceof SVGElement ? style.fill : style.color;
      const [high = 0, low = 0] = [luminance(color), luminance(behind(element))].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      if (ratio < 4.5)
        found.add(
          `${element.tagName}.${element.getAttribute('class')} ${color} on ${behind(element)}: ${ratio.toFixed(2)} "${element.textContent?.slice(0, 30)}"`,
        );
    }
    return [...found];
  });
}
