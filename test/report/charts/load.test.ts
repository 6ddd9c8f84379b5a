import { expect, test } from 'vitest';
import type { Chart } from '../../../src/report/charts/figure.ts';
import { latencyOverLoadFigure } from '../../../src/report/charts/latency-over-load.ts';
import { panelsOf } from '../../../src/report/charts/panels.ts';
import { rateSearchFigure } from '../../../src/report/charts/rate-search.ts';
import { timePartsFigure } from '../../../src/report/charts/time-parts.ts';
import type { ReportRun } from '../../../src/report/input.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';
import { changed, serverRun } from '../judged.ts';

const panels = (run: ReportRun) => panelsOf(inputOf(run), 100, 10).panels;
const server = panels(serverRun());
const single = panels(sketchRun('single', eightCases()));

/** The rows that are drawn by a chart. */
function valuesOf(chart: Chart | undefined): readonly Record<string, unknown>[] {
  return (chart?.spec as { data: { values: Record<string, unknown>[] } } | undefined)?.data.values ?? [];
}

test('cases that never wait have no chart of queueing, of load or of a search', () => {
  expect(
    [
      timePartsFigure(single),
      latencyOverLoadFigure(single),
      rateSearchFigure(inputOf(sketchRun('single', eightCases())), 10),
    ].map(({ charts }) => charts.length),
  ).toEqual([0, 0, 0]);
});

test('shares of the mean response time add up to one', () => {
  const [chart] = timePartsFigure(server).charts;
  const shares = valuesOf(chart).filter(({ label }) => label === '100/s');
  expect(shares.map(({ part }) => part)).toEqual(['issue delay', 'queue', 'service']);
  // Means are 1.05 × p50: 20 µs, 800 µs and 5 ms of 5.82 ms.
  expect(shares.map(({ share }) => share)).toEqual([0.003436, 0.1375, 0.8591]);
});

test('the invalid case is drawn as struck, the others are not', () => {
  const struck = valuesOf(timePartsFigure(server).charts[0]).filter((value) => value.struck === true);
  expect(new Set(struck.map(({ label }) => label))).toEqual(new Set(['✕ 300/s']));
});

test('cases of one configuration are a line over their rates, the searched one at the rate that was found', () => {
  const [chart] = latencyOverLoadFigure(server).charts;
  expect(valuesOf(chart).map(({ x, shape }) => [x, shape])).toEqual([
    [50, 'counts'],
    [100, 'counts'],
    [180, 'counts'],
    [190, 'counts'],
    [300, 'invalid'],
  ]);
  expect(chart?.legend.map(({ label }) => label)).toContain('limit 50 ms at p99');
  expect(chart?.summary).toContain('2.67 s at 300/s');
});

test('closed loops stand over the queries in flight', () => {
  const run = changed(serverRun(), (one, index) => ({
    ...one,
    scenario: { kind: 'closed_loop', concurrency: 2 ** index },
  }));
  const [chart] = latencyOverLoadFigure(panels(run)).charts;
  expect(valuesOf(chart).map(({ x }) => x)).toEqual([1, 2, 4, 8, 16]);
  expect(chart?.summary).toContain('at 16 in flight');
});

test('one rate alone is no line', () => {
  const run = changed(serverRun(), (one) => ({ ...one, scenario: { ...one.scenario, rate: 100 } }));
  expect(latencyOverLoadFigure(panels(run)).charts).toEqual([]);
});

test('each rate that was tried is a mark with its number; one without a latency is left to the table', () => {
  const [chart] = rateSearchFigure(inputOf(serverRun()), 10).charts;
  expect(valuesOf(chart).map(({ number, passed }) => [number, passed])).toEqual([
    [1, 'kept'],
    [2, 'broke'],
    [3, 'kept'],
    [5, 'kept'],
  ]);
  expect(chart?.title).toBe('resnet50 · searched');
  expect(chart?.summary).toBe(
    'The highest rate that kept the limit is 190/s, after 5 rates that were tried. 1 of them had too few queries for the p99 and stand in the table only.',
  );
});

test('a search that found nothing, whose case was not measured, is drawn all the same', () => {
  const run = changed(serverRun(), (one) => ({
    ...one,
    status: 'skipped',
    ...(one.search == null ? {} : { search: { ...one.search, rate: null } }),
  }));
  const { charts } = rateSearchFigure(inputOf(run), 10);
  expect(charts.map(({ summary }) => summary.slice(0, 48))).toEqual([
    'No rate that was tried kept the limit, after 5 r',
  ]);
  expect(charts[0]?.legend.map(({ label }) => label)).not.toContain('found');
});
