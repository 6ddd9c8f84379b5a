import { expect, test } from 'vitest';
import { summariseRun } from '../../../src/analysis/summarise-run.ts';
import { projectedFigure } from '../../../src/report/charts/projected.ts';
import { casesAsCsv, projectedAsCsv } from '../../../src/report/csv.ts';
import type { ReportInput } from '../../../src/report/input.ts';
import { renderReport } from '../../../src/report/render-report.ts';
import { projectedTables } from '../../../src/report/sections/projected.ts';
import type { RunEvent } from '../../../src/results/events.ts';
import type { Run } from '../../../src/results/run.ts';
import { alone, offline, projectedEvent, refused } from '../../analysis/projected-fixture.ts';
import { plan, plannedCase, preparedEvent, Samples, startedEvent } from '../../analysis/run-fixture.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

const asked = { asked: 'a100', id: 'nvidia-a100-sxm4-80gb', name: 'NVIDIA A100', present: false, why: 'there is none' };
const events: RunEvent[] = [
  startedEvent(plan([plannedCase('a')], { profiles: [asked] })),
  preparedEvent(),
  projectedEvent(offline),
  projectedEvent(alone, { id: 'latency', key: 'b', stack: '<b>"stack"' }),
  projectedEvent(refused, { id: 'refused-1', key: 'c', stack: null }),
  projectedEvent(refused, { id: 'refused-2', key: 'd', stack: null }),
];
const inputFor = async (of: readonly RunEvent[] = events, changes: Partial<Run> = {}): Promise<ReportInput> => {
  const run = await summariseRun(of, new Samples().read);
  return { runs: [{ run: { ...run, ...changes }, distributions: {}, telemetry: {}, timelines: {} }] };
};

test('projected figures have charts of their own, with rings, intervals and the badge', async () => {
  const { charts } = projectedFigure(await inputFor(), 8);
  expect(charts.map(({ provenance }) => provenance)).toEqual(['projected', 'projected']);
  expect(charts[0]?.legend).toMatchObject([{ label: 'projected, 90 % interval', shape: 'ring' }]);
  expect(charts[0]?.summary).toBe('a100 · fp32 · mlperf 2,000 items/s (1,000 items/s to 4,000 items/s).');
});

test('a measured case beside a projection is a filled dot and says that it is measured', async () => {
  const { run } = sketchRun('measured', [{ workload: 'digits', batchSize: 1 }]);
  const [one] = run.cases;
  const { runs } = await inputFor();
  const projected = runs[0]?.run.projected?.slice(0, 1).map((row) => ({ ...row, beside: [one?.key ?? ''] })) ?? [];
  const [chart] = projectedFigure(inputOf({ ...sketchRun('x', []), run: { ...run, projected } }), 8).charts;
  expect(chart?.provenance).toBe('projected; dots measured');
  expect(chart?.summary).toContain('local · fp32 · ort-cpu');
  expect(chart?.summary).toContain(', measured');
});

test('a note says why a measured latency beside a projected one has no dot', async () => {
  const { run } = sketchRun('measured', [{ workload: 'digits', batchSize: 1 }]);
  const [one] = run.cases;
  if (one?.latency == null) throw new Error('no latency was measured');
  const { runs } = await inputFor();
  const latencies = runs[0]?.run.projected?.filter(({ latency }) => latency !== null) ?? [];
  const projected = latencies.map((row) => ({ ...row, beside: [one.key] }));
  const notesWith = (p90: number | null) => {
    const cases = [{ ...one, latency: { ...one.latency, p90 } as typeof one.latency }];
    return projectedFigure(inputOf({ ...sketchRun('x', []), run: { ...run, cases, projected } }), 8).notes.join(' ');
  };
  expect(projected).not.toEqual([]);
  expect(notesWith(null)).toContain('have no dot: their 90th percentile needs more samples');
  expect(notesWith(0.01)).not.toContain('no dot');
});

test('the table tells each projected case apart, and refusals share a row with what would help', async () => {
  const { tables } = projectedTables(await inputFor(), 100);
  const [figures, refusals] = tables;
  expect(figures?.rows.map(({ cells }) => cells.slice(1, 3).map(({ text }) => text))).toEqual([
    ['projected', 'a100'],
    ['projected', 'a100'],
  ]);
  expect(figures?.rows[0]?.cells.map(({ text }) => text)).toContain('1,000 to 4,000');
  expect(refusals?.rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
    ['refused-1 and 1 more', 'nothing is known of it; a figure would help (NO_SUPPORT)'],
  ]);
});

test('projected cases have a CSV of their own and no line among the measured ones', async () => {
  const input = await inputFor();
  expect(casesAsCsv(input)).not.toContain('projected');
  const lines = projectedAsCsv(input)?.trim().split('\r\n') ?? [];
  expect(lines).toHaveLength(5);
  expect(lines[1]).toContain(',projected,single_stream,inference,');
  expect(lines[1]).toContain(',2000,1000,4000,published,');
  expect(projectedAsCsv(await inputFor(events.slice(0, 2)))).toBeNull();
});

test('the page has a section for them, escapes their names, and a page without them has none', async () => {
  const html = await renderReport(await inputFor());
  expect(html).toContain('<section id="projected"');
  expect(html).toContain('2 projected, 2 projections refused');
  expect(html).toContain('href="#projected"');
  expect(html).not.toContain('<b>"stack"');
  const without = await renderReport(await inputFor(events.slice(0, 2)));
  expect(without).not.toContain('<section id="projected"');
});

test('where all are refused the section is there and says why', async () => {
  const html = await renderReport(await inputFor([...events.slice(0, 2), projectedEvent(refused)]));
  expect(html).toContain('<section id="projected"');
  expect(html).toContain('nothing is known of it; a figure would help (NO_SUPPORT)');
});
