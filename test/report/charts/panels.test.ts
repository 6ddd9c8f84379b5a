import { expect, test } from 'vitest';
import { fusionLegend, panelsOf, runLetter } from '../../../src/report/charts/panels.ts';
import { eightCases, inputOf, sixtyCases, sketchRun, troubledCases, twoRuns } from '../fixtures.ts';

test('there is a panel for each workload', () => {
  const { panels } = panelsOf(inputOf(sketchRun('panels', eightCases())), 12, 12);
  expect(panels.map(({ title, cases }) => [title, cases.length])).toEqual([
    ['digits', 4],
    ['resnet50', 4],
  ]);
});

test('a crowded workload is split until no panel holds more than it may, and no case is lost', () => {
  const input = inputOf(sketchRun('panels', sixtyCases()));
  const { panels, leftOut } = panelsOf(input, 12, 100);
  expect(leftOut).toBe(0);
  expect(Math.max(...panels.map(({ cases }) => cases.length))).toBeLessThanOrEqual(12);
  expect(new Set(panels.flatMap(({ cases }) => cases.map(({ key }) => key))).size).toBe(60);
  expect(panels.every(({ cases, labels }) => new Set(labels.values()).size === cases.length)).toBe(true);
});

test('panels beyond the limit are counted', () => {
  expect(panelsOf(inputOf(sketchRun('panels', eightCases())), 12, 1).leftOut).toBe(1);
});

test('only measured cases are drawn', () => {
  const { panels } = panelsOf(inputOf(sketchRun('panels', troubledCases())), 12, 12);
  expect(panels.flatMap(({ cases }) => cases).every(({ status }) => status === 'ok')).toBe(true);
});

test('runs take turns, so that what is compared stands side by side', () => {
  const { panels } = panelsOf(twoRuns(1), 12, 12);
  expect(panels.map(({ title }) => title)).toEqual([
    'digits · run A',
    'digits · run B',
    'resnet50 · run A',
    'resnet50 · run B',
  ]);
  expect(panels.map(({ provenance }) => provenance)).toEqual([
    'measured, run A',
    'measured, run B',
    'measured, run A',
    'measured, run B',
  ]);
});

test('panels of one workload know the cases of all runs, so that their axes are the same', () => {
  const [a, b] = panelsOf(twoRuns(1), 12, 12).panels;
  expect(a?.peers).toEqual(b?.peers);
  expect(a?.peers).toHaveLength(8);
});

test('runs beyond Z are numbered', () => {
  expect([runLetter(0), runLetter(25), runLetter(26)]).toEqual(['A', 'Z', '27']);
});

test('a panel says where its figures are from, published ones included', () => {
  const run = sketchRun('panels', [
    { workload: 'w', batchSize: 1 },
    { workload: 'w', batchSize: 2 },
  ]);
  const cases = run.run.cases.map((one, index) => (index === 1 ? { ...one, provenance: 'published' as const } : one));
  const { panels } = panelsOf(inputOf({ ...run, run: { ...run.run, cases } }), 12, 12);
  expect(panels.map(({ provenance }) => provenance)).toEqual(['measured and published']);
});

test('each kind of fusion has a colour and a name in the legend, and one of a later version is grey', () => {
  const cases = sketchRun(
    'kinds',
    ['off', 'later', 'engine', 'on', 'graph'].map((fusion) => ({ workload: 'w', batchSize: 1, fusion })),
  ).run.cases;
  expect(fusionLegend(cases).map(({ label, color }) => [label, color])).toEqual([
    ['fused', 'var(--fused)'],
    ['fused by the engine alone', 'var(--fused-by-engine)'],
    ['fused by Dyno alone', 'var(--fused-by-graph)'],
    ['unfused', 'var(--unfused)'],
    ['other fusion', 'var(--other)'],
  ]);
});
