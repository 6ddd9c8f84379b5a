import { expect, test } from 'vitest';
import { panelsOf } from '../../../src/report/charts/panels.ts';
import { mergedTo, timelineFigure } from '../../../src/report/charts/timelines.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';
import { steady, withSteadyStates } from '../judged.ts';

const drifting = withSteadyStates(sketchRun('time', eightCases()), (index) =>
  steady(index === 3 ? { verdict: 'up', drift: 0.12, plateauFromSeconds: 6 } : {}),
);
const { panels } = panelsOf(inputOf(drifting), 100, 10);

const timeline = {
  round: 0,
  what: 'response',
  windowSeconds: 4,
  seconds: [0.5, 1.5, 2.5],
  min: [1, 2, 3],
  mean: [2, 4, 5],
  max: [3, 9, 6],
  queries: [1, 3, 2],
} as const;

test('neighbours are joined by least, mean weighted by queries, and largest', () => {
  expect(mergedTo(timeline, 2)).toEqual({
    ...timeline,
    seconds: [1, 2.5],
    min: [1, 3],
    mean: [3.5, 5], // (1 · 2 + 3 · 4) / 4
    max: [9, 6],
    queries: [4, 2],
  });
  expect(mergedTo(timeline, 3)).toBe(timeline);
});

test('where there is no room for all, the case that drifts is drawn first and the rest is counted', () => {
  const { charts, notes } = timelineFigure(panels, 2, 1000);
  expect(charts.map(({ title }) => title)).toEqual(['digits · batch 8 · unfused', 'digits · batch 1 · fused']);
  expect(notes[0]).toContain('6 more cases');
  expect(charts[0]?.summary).toContain('Round 0: drifting up, drift +12 %, steady from 6 s.');
  expect(charts[0]?.legend.map(({ label }) => label)).toEqual(['steady from 6 s']);
});

test('points are shared among the charts', () => {
  const { charts } = timelineFigure(panels, 8, 400);
  const values = (charts[0]?.spec as { data: { values: unknown[] } } | undefined)?.data.values;
  expect(values).toHaveLength(50); // 400 / 8
});

test('a run without timelines has no charts', () => {
  expect(timelineFigure(panelsOf(inputOf(sketchRun('old', eightCases())), 100, 10).panels, 8, 400).charts).toEqual([]);
});
