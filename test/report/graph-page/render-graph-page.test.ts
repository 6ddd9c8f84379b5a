import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { summariseModel } from '../../../src/graph/summary.ts';
import { renderGraphPage } from '../../../src/report/graph-page/render-graph-page.ts';
import { chromiumPath, launch, open } from '../page/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-graph-page-'));
const hostile = '</script><img src=x onerror=alert(1)>"\'{{title}}\u2028';

function pageOf(model: OnnxModel, title = 'small', facts = [{ name: 'File', value: 'small.onnx' }]): string {
  return renderGraphPage({ title, facts, model, summary: summariseModel(model, { x: [1, 4] }) });
}

function saved(name: string, html: string): string {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, html);
  return path;
}

/** x → dense (4 × 8) → Relu → narrow (8 × 2) → y, and x goes past them into a Concat. */
function small(): OnnxModel {
  const graph = new GraphBuilder('small');
  const x = graph.input('x', 'float32', [1, 4]);
  const wide = graph.constant('wide', 'float32', [4, 8], new Float32Array(32));
  const narrow = graph.constant('narrow', 'float32', [8, 2], new Float32Array(16));
  const hidden = graph.node('Relu', [graph.node('MatMul', [x, wide], { name: 'dense' })], { name: 'bend' });
  const y = graph.node('Concat', [graph.node('MatMul', [hidden, narrow], { name: 'last' }), x], {
    name: 'join',
    attributes: { axis: 1 },
  });
  graph.output(y, 'float32', [1, 6]);
  return graph.model();
}

function withHostileNames(): OnnxModel {
  const graph = new GraphBuilder(hostile);
  const x = graph.input('x', 'float32', [1, 4]);
  const attributes = { [hostile]: hostile };
  const y = graph.node(`Relu${hostile}`, [x], { name: hostile, attributes, domain: 'a.b' });
  graph.output(y, 'float32', [1, 4]);
  return graph.model({ metadata: { [hostile]: hostile } });
}

/** Blocks of eight operators in a straight row and a shortcut past them. */
function deep(blocks: number): OnnxModel {
  const graph = new GraphBuilder('deep');
  let x = graph.input('x', 'float32', [1, 4]);
  for (let block = 0; block < blocks; block++) {
    const start = x;
    for (let step = 0; step < 8; step++) x = graph.node(step % 2 === 0 ? 'Relu' : 'Neg', [x]);
    x = graph.node('Add', [x, start]);
  }
  graph.output(x, 'float32', [1, 4]);
  return graph.model();
}

test('the page tells the share of each node: 32 and 16 of 48 multiply-adds', () => {
  const html = pageOf(small());
  expect(html).toContain('<title>MatMul dense\n1×8\n32 multiply-adds (66.7 %)');
  expect(html).toContain('<title>MatMul last\n1×2\n16 multiply-adds (33.3 %)');
  expect(html).toMatch(/<g id="n1" class="node w8 b\d"/);
  // √(16 / 32) · 8 = 5.7
  expect(html).toMatch(/<g id="n3" class="node w6 b\d"/);
});

test('the same model gives the same bytes, and the page names no address', () => {
  const html = pageOf(small());
  expect(pageOf(small())).toBe(html);
  expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|@import|url\(/);
});

test('names out of a model stay text', () => {
  const html = pageOf(withHostileNames(), hostile, [{ name: hostile, value: hostile }]);
  expect(html).not.toContain('<img');
  expect(html.match(/<\/script>/g)).toHaveLength(2);
});

test('unknown work is said, and boxes say so', () => {
  const model = small();
  const summary = summariseModel(model, null);
  const html = renderGraphPage({ title: 'small', facts: [], model, summary });
  expect(html).toContain('Not all multiply-adds are known');
  expect(html).toContain('multiply-adds unknown');
});

test('in a graph of thousands straight chains are one box each, and the page says how many of how many nodes', () => {
  const html = pageOf(deep(200));
  // 200 blocks of 8 + 1 nodes with an input and an output: 1,802 boxes. In each block 8 become one.
  expect(html).toContain('The graph has 1,802 boxes: 200 straight chains of 1,600 nodes');
  expect(html.match(/<g id="n\d+"/g)).toHaveLength(2 + 200 * 2);
  expect(html).toContain('200 × 9 nodes');
});

test('a page of 10,000 nodes has less than 10 MB', () => {
  expect(Buffer.byteLength(pageOf(deep(1112)))).toBeLessThan(10e6);
});

describe.skipIf(chromiumPath === null)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });

  test('a click shows what a node is, arrows go along the edges, and links of the details lead on', async () => {
    const { page, complaints } = await open(browser, saved('small', pageOf(small())));
    const heading = page.locator('#details h2');
    await page.locator('#n1').click();
    expect(await heading.textContent()).toBe('MatMul dense');
    expect(await page.locator('#details').innerText()).toMatch(/wide float32 \[4, 8\] · weight/);
    await page.keyboard.press('ArrowDown');
    expect(await heading.textContent()).toBe('Relu bend');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await heading.textContent()).toBe('input x');
    await page.locator('#details a', { hasText: 'Concat join' }).click();
    expect(await heading.textContent()).toBe('Concat join');
    expect(await page.locator('#details').innerText()).toMatch(/axis\s+1/);
    expect(await page.locator('#lit path').count()).toBe(3);
    await page.keyboard.press('Escape');
    expect(await page.locator('#details').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a search marks what fits and goes from one to the next', async () => {
    const { page, complaints } = await open(browser, saved('search', pageOf(small())));
    await page.keyboard.press('/');
    await page.keyboard.type('matmul');
    expect(await page.locator('#boxes .hit').count()).toBe(2);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await page.locator('#details h2').textContent()).toBe('MatMul last');
    expect(await page.locator('#found').textContent()).toBe('2 of 2');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('without JavaScript the drawing, both shades and the links of the tables are there', async () => {
    const { page } = await open(browser, saved('plain', pageOf(small())), { javaScriptEnabled: false });
    expect(await page.locator('#n1').isVisible()).toBe(true);
    expect(await page.locator('#search').isVisible()).toBe(false);
    const shade = () => page.locator('#n4 rect').evaluate((rect) => getComputedStyle(rect).fill);
    const byWork = await shade();
    await page.locator('#by-bytes').check();
    expect(await shade()).not.toBe(byWork);
    await page.locator('a[href="#n3"]').first().click();
    expect(page.url()).toMatch(/#n3$/);
    await page.context().close();
  });

  test('on a screen of 390 pixels nothing sticks out, and the details leave the chosen box in view', async () => {
    const phone = { viewport: { width: 390, height: 800 }, colorScheme: 'dark' as const };
    const { page, complaints } = await open(browser, saved('phone', pageOf(deep(20))), phone);
    await page.locator('#n40').click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const [box, details] = [await page.locator('#n40').boundingBox(), await page.locator('#details').boundingBox()];
    expect((box?.y ?? 800) + (box?.height ?? 0)).toBeLessThanOrEqual(details?.y ?? 0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('hostile names are shown as they are and run nothing', async () => {
    const { page, complaints } = await open(browser, saved('hostile', pageOf(withHostileNames(), hostile)));
    await page.locator('#n1').click();
    expect(await page.locator('#details h2').textContent()).toContain(hostile);
    expect(await page.locator('#details').textContent()).toContain(hostile);
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
