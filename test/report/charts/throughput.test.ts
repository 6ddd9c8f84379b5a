import { expect, test } from 'vitest';
import { panelsOf } from '../../../src/report/charts/panels.ts';
import { barLines, throughputFigure } from '../../../src/report/charts/throughput.ts';
import { loadDrawing } from '../../../src/report/draw.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

test('a group takes as many lines as it has bars, whatever the other groups have', () => {
  const { all, ofBars, titles } = barLines([
    { group: 'batch 1', fusion: 'off' },
    { group: 'batch 1', fusion: 'on' },
    { group: 'batch 1', fusion: 'graph' },
    { group: 'batch 8', fusion: 'off' },
  ]);
  expect(titles).toEqual(['batch 1', 'batch 8']);
  // Two lines for each of the four bars, and one more for each of the two groups.
  expect(all).toHaveLength(10);
  expect(new Set(all).size).toBe(10);
  // In the order of the legend, on, graph, off, each two lines below the one before; then a bar of another group.
  expect(ofBars.map((line) => all.indexOf(line))).toEqual([5, 1, 3, 8]);
  // The title is at the middle of its bars.
  expect(titles.map((title) => all.indexOf(title))).toEqual([3, 8]);
});

test('the title of two bars stands between them', () => {
  const { all, ofBars } = barLines([
    { group: 'batch 1', fusion: 'on' },
    { group: 'batch 1', fusion: 'off' },
  ]);
  expect(ofBars.map((line) => all.indexOf(line))).toEqual([1, 3]);
  expect(all.indexOf('batch 1')).toBe(2);
});

test('the picture has one bar a case, none above another, and the titles of the groups alone beside them', async () => {
  const run = sketchRun('uneven', [
    ...['on', 'engine', 'graph', 'off'].map((fusion) => ({ workload: 'w', batchSize: 1, fusion })),
    { workload: 'w', batchSize: 8 },
    { workload: 'w', batchSize: 64 },
  ]);
  const { panels } = panelsOf(inputOf(run), 100, 10);
  const [chart] = throughputFigure(panels).charts;
  if (chart === undefined) throw new Error('Expected a chart.');
  const { svg } = await (await loadDrawing())('throughput', chart.spec);
  const bars = [...svg.matchAll(/<path d="M0,(-?[\d.]+)L[^"]*" fill="var\(--(?:un)?fused[a-z-]*\)"/g)];
  const tops = bars.map(([, top]) => Number(top)).sort((a, b) => a - b);
  expect(tops).toHaveLength(6);
  expect(tops[0]).toBeGreaterThanOrEqual(0);
  for (const [index, top] of tops.slice(1).entries()) expect(top - (tops[index] ?? 0)).toBeGreaterThan(17);
  for (const title of ['batch 1', 'batch 8', 'batch 64']) expect(svg).toContain(`>${title}<`);
  expect(svg).not.toMatch(/>\d\/\d+</);
});
