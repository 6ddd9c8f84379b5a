import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editedStudy } from '../../../../src/report/tco-page/browser/edits.ts';
import { partsOf } from '../../../../src/report/tco-page/parts-of.ts';
import { renderTcoPage } from '../../../../src/report/tco-page/render-tco-page.ts';
import { savedFiles } from '../../../../src/report/tco-page/saved-files.ts';
import { judgeClaims } from '../../../../src/tco/claims.ts';
import { evaluateStudy, withSimulation } from '../../../../src/tco/model/evaluate-study.ts';
import type { StudyData } from '../../../../src/tco/model/study-data.ts';
import type { StudyOutcome } from '../../../../src/tco/model/study-outcome.ts';
import { readStudy } from '../../../../src/tco/study.ts';
import { chromiumPath, launch, open } from '../../page/browser.ts';
import { hostileStudy } from '../hostile-study.ts';

const price = 'options[0].machine.accelerator_price';
const throughput = 'options[3].throughput.items_per_second';
const pue = 'facilities.hall.pue';
const loadWatts = 'options[0].power.load_watts';

const study = dataOf(hostileStudy());
const inFile = { path: 'hostile.yaml', sha256: '0'.repeat(64), claims: null };
const outcomeOf = (data: StudyData): StudyOutcome => withSimulation(data, evaluateStudy(data), study.simulation);
const outcome = outcomeOf(study);

const folder = mkdtempSync(join(tmpdir(), 'dyno-tco-page-'));
const file = join(folder, 'hostile.html');

const title =
  chromiumPath === null ? 'an edited page (skipped: no Chromium is installed)' : 'an edited page in a browser';
describe.skipIf(chromiumPath === null)(title, () => {
  let browser: Browser;
  beforeAll(async () => {
    writeFileSync(file, await renderTcoPage({ study: { ...study, ...inFile }, outcome, claims: null }));
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = async (fragment = '', options: Parameters<typeof open>[2] = {}) => {
    const { page, complaints } = await open(browser, file, { acceptDownloads: true, ...options });
    if (fragment !== '') {
      await page.goto('about:blank');
      complaints.length = 0;
      await page.goto(`file://${file}#${fragment}`);
    }
    // The worker's script comes from the page itself.
    const heard = () =>
      complaints.filter((one) => !one.startsWith('request: blob:') && !one.startsWith(`request: file://${file}`));
    return { page, heard };
  };

  test('after edits every number that the browser computes is that of Node, the simulation included', async () => {
    const { page, heard } = await opened();
    await edit(page, price, '7,500');
    await edit(page, throughput, '123.4567');
    await edit(page, 'discount_rate', '4.25 %');
    await edit(page, pue, '1.1');
    const saved = await savedStudy(page);

    const edited = editedStudy(
      study,
      new Map([
        [price, 7500],
        [throughput, 123.4567],
        ['discount_rate', 0.0425],
        [pue, 1.1],
      ]),
    );
    expect(saved.study).toEqual(plain(edited));
    expect(saved.outcome).toEqual(plain(outcomeOf(edited)));
    expect(saved.outcome).not.toEqual(plain(outcome));
    expect(saved.outcome.simulation?.draws).toBe(2000);
    expect(heard()).toEqual([]);
    await page.context().close();
  });

  test('once all is reset, what the browser computes and shows is what Node computed and showed', async () => {
    const { page, heard } = await opened();
    await edit(page, price, '7500');
    await drawn(page);
    expect(await textsOfParts(page)).not.toEqual(await textsIn(page, partsOf(study, outcome)));
    await page.getByRole('button', { name: /^Reset all/ }).click();
    const saved = await savedStudy(page);
    expect(saved.study).toEqual(plain(study));
    expect(saved.outcome).toEqual(plain(outcome));
    expect(await textsOfParts(page)).toEqual(await textsIn(page, partsOf(study, outcome)));
    expect(await page.locator('[data-edit-status]').isVisible()).toBe(false);
    expect(page.url()).toBe(`file://${file}`);
    expect(heard()).toEqual([]);
    await page.context().close();
  });

  test('the page says what was edited and that it differs from the file, and another page at its address says the same', async () => {
    const { page } = await opened();
    await edit(page, throughput, '100');
    await drawn(page);
    const status = page.locator('[data-edit-status]');
    expect(await status.locator('.edit-head').innerText()).toContain(
      '1 figure edited: the page differs from the file.',
    );
    await status.locator('summary').click();
    expect(await status.locator('li').innerText()).toBe(
      'throughput of a machine, __proto__: 280 items/s in the file, now 100 items/s Undo',
    );
    expect(await page.locator('[data-part=throughputs]').innerText()).toContain('changed by hand from 280 items/s');
    expect(await page.locator('#left-out .edit-fixed').innerText()).toContain('belongs to the file');
    const [, fragment = ''] = page.url().split('#');

    const { page: other, heard } = await opened(fragment);
    await drawn(other);
    expect(await textsOfParts(other)).toEqual(await textsOfParts(page));
    expect(await other.locator(`[data-figure="${throughput}"] input`).inputValue()).toBe('100');
    await other.getByRole('button', { name: /^Undo the edit/, includeHidden: true }).evaluate((button) => {
      (button as HTMLButtonElement).click();
    });
    expect(await other.locator('[data-edit-status] .edit-head').isVisible()).toBe(false);
    expect(heard()).toEqual([]);
    await page.context().close();
    await other.context().close();
  });

  test('what is no figure is marked with the reason, and the figures stay as they were', async () => {
    const { page } = await opened();
    await edit(page, price, '7500');
    await drawn(page);
    const before = await textsOfParts(page);
    for (const [name, text, reason, kept] of [
      [price, '-1', '-1 USD is out of range: write 0 USD or more.', '7,500 USD'],
      [pue, '0.8', '0.8 is out of range: write a number from 1 to 10.', '1.5'],
      [throughput, 'fast', '“fast” is no number: write a number above 0 items/s.', '280 items/s'],
      [loadWatts, '150', 'Expected a load power of at least the 200 W when idle, got 150.', '600 W'],
    ] as const) {
      await edit(page, name, text);
      const row = page.locator(`[data-figure="${name}"]`);
      await row.locator('[aria-invalid]').waitFor();
      expect(await row.locator('[role=alert]').innerText()).toBe(reason);
      const problem = page.locator('.edit-problem', { hasText: reason });
      expect(await problem.innerText()).toContain(`The page still computes with ${kept}.`);
    }
    expect(await textsOfParts(page)).toEqual(before);

    // What did not go with the idle power goes once that is lower, without being written again.
    await edit(page, 'options[0].power.idle_watts', '100');
    await drawn(page);
    expect(await page.locator(`[data-figure="${loadWatts}"] [aria-invalid]`).count()).toBe(0);
    const saved = await savedStudy(page);
    expect(saved.study.assumptions.find(({ name }) => name === loadWatts)?.value).toBe(150);
    expect(saved.study.assumptions.find(({ name }) => name === price)?.value).toBe(7500);
    await page.context().close();
  });

  test('figures are edited and taken back by keyboard alone', async () => {
    const { page } = await opened();
    const input = page.getByRole('spinbutton', { name: 'price of an accelerator, card, in USD' });
    await input.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('PageDown');
    expect(await input.inputValue()).toBe('1000');
    expect(await input.getAttribute('aria-valuenow')).toBe('1000');
    await page.locator(`[data-figure="${price}"].is-edited`).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Back to 10,000 USD, as in the file: price of an accelerator, card',
    );
    await page.keyboard.press('Enter');
    expect(await input.inputValue()).toBe('10000');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('spinbutton');
    await page.keyboard.press('Tab');
    expect(await input.inputValue()).toBe('10,000');
    await page.context().close();
  });

  test('links to places of the page leave the edits in its address', async () => {
    const { page } = await opened();
    await edit(page, price, '7500');
    const before = page.url();
    expect(before).toContain('edited?');
    await page.locator('.contents a[href="#method"]').click();
    expect(page.url()).toBe(before);
    expect(await page.locator('#method').boundingBox()).toMatchObject({ y: expect.any(Number) });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('method');
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)(
    'in %s on a phone nothing scrolls sideways, edited or refused',
    async (colorScheme) => {
      const { page, heard } = await opened('', { viewport: { width: 390, height: 800 }, colorScheme });
      expect(await widthOf(page)).toBe(390);
      await edit(page, price, '7500');
      await edit(page, pue, '0.8');
      await drawn(page);
      expect(await widthOf(page)).toBe(390);
      expect(heard()).toEqual([]);
      await page.context().close();
    },
  );

  test('on paper the edits are listed and the buttons are left out', async () => {
    const { page } = await opened();
    await edit(page, price, '7500');
    await drawn(page);
    await page.emulateMedia({ media: 'print' });
    const status = page.locator('[data-edit-status]');
    expect(await status.locator('li').isVisible()).toBe(true);
    expect(await page.locator('button:visible').count()).toBe(0);
    await page.context().close();
  });

  test('every file that is saved from an edited page is that of Node, and is called edited', async () => {
    const { page } = await opened();
    await edit(page, throughput, '100');
    const edited = editedStudy(study, new Map([[throughput, 100]]));
    for (const { id, file: name, content } of savedFiles(edited, outcomeOf(edited), true)) {
      const saved = await save(page, id);
      expect(saved.name).toBe(name);
      expect(saved.name).toContain('edited');
      expect(saved.content).toBe(content);
    }
    await page.context().close();
  });

  test.each(['a100-vs-v100', 'bert-ranking'])(
    '%s: the page is below 2 MB, its claims stay with the file, and an edit comes out as in Node',
    async (name) => {
      const read = readStudy(`suites/tco/${name}.yaml`);
      const example = { ...read, simulation: { draws: 1000, seed: 1 } };
      const computed = (data: StudyData) => withSimulation(data, evaluateStudy(data), data.simulation);
      const html = await renderTcoPage({ study: example, outcome: computed(example), claims: judgeClaims(read) });
      const path = join(folder, `${name}.html`);
      writeFileSync(path, html);
      expect(statSync(path).size).toBeLessThanOrEqual(2_000_000);

      const { page, complaints } = await open(browser, path);
      const fixed = page.locator('[data-belongs-to-file]');
      const before = await fixed.allInnerTexts();
      await edit(page, 'demand.requests_per_day', '250,000,000');
      const saved = await savedStudy(page);
      const edited = editedStudy(dataOf(example), new Map([['demand.requests_per_day', 250e6]]));
      expectClose(saved, plain({ study: edited, outcome: computed(edited) }));
      const after = await fixed.allInnerTexts();
      expect(after.every((text) => note.test(text))).toBe(true);
      expect(after.map((text) => text.replace(note, ''))).toEqual(before);
      expect(complaints.filter((one) => !one.startsWith('request: blob:'))).toEqual([]);
      await page.context().close();
    },
  );
});

/** What a section says that does not follow the edits. */
const note = /This section belongs to the file[^\n]*\n+/;

/** The same but for the last digits of numbers: powers and logarithms may round otherwise in another version of V8. */
function expectClose(actual: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const isClose = Math.abs(actual - expected) <= 1e-12 * Math.max(Math.abs(actual), Math.abs(expected));
    expect(isClose, `${path}: ${actual} in the browser, ${expected} in Node`).toBe(true);
  } else if (typeof expected === 'object' && expected !== null) {
    const found = actual as Record<string, unknown>;
    expect(Object.keys(found), path).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) expectClose(found[key], value, `${path}.${key}`);
  } else expect(actual, path).toBe(expected);
}

async function edit(page: Page, name: string, text: string): Promise<void> {
  const input = page.locator(`[data-figure="${name}"] input`);
  await input.fill(text);
  await input.blur();
}

/** Waits until nothing is left to be computed. */
async function drawn(page: Page): Promise<void> {
  await page.locator('.edit-pending').waitFor({ state: 'hidden' });
}

async function save(page: Page, id: string): Promise<{ name: string; content: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`a[data-file=${id}]`).click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path(), 'utf8') };
}

async function savedStudy(page: Page): Promise<{ study: StudyData; outcome: StudyOutcome }> {
  return JSON.parse((await save(page, 'study')).content);
}

/** What the parts of the page say, without what is drawn. */
function textsOfParts(page: Page): Promise<string[]> {
  return page.locator('[data-part]').evaluateAll((parts) =>
    parts.map((part) => {
      const copy = part.cloneNode(true) as Element;
      for (const plot of copy.querySelectorAll('.plot')) plot.replaceChildren();
      return `${part.getAttribute('data-part')}: ${copy.textContent}`;
    }),
  );
}

/** The same of parts that Node made, in the order of the page. */
function textsIn(page: Page, parts: ReturnType<typeof partsOf>): Promise<string[]> {
  return page.locator('[data-part]').evaluateAll(
    (places, made) =>
      places.map((place) => {
        const id = place.getAttribute('data-part');
        const template = document.createElement('template');
        template.innerHTML = made.find((one) => one.id === id)?.html ?? '';
        return `${id}: ${template.content.textContent}`;
      }),
    parts.map(({ id, html }) => ({ id, html })),
  );
}

/** As it comes out of a file of JSON. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** What of a study the page has: neither the file nor what its claims are judged by. */
function dataOf({
  path: _path,
  sha256: _sha256,
  claims: _claims,
  ...data
}: ReturnType<typeof hostileStudy>): StudyData {
  return data;
}

function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}
