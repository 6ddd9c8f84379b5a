import type { CaseTimeline } from '../../analysis/timeline.ts';
import type { Case, SteadyState } from '../../results/run.ts';
import { formatSeconds } from '../../units/format.ts';
import { markNotes } from '../standing.ts';
import { steadyText } from '../steady-text.ts';
import { type Chart, type Figure, fitted } from './figure.ts';
import { fusionGroup, type Panel } from './panels.ts';
import { extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color, fusionHue } from './theme.ts';

/**
 * The latency of each case over its window: mean, least and largest of equal stretches. At most `maxCharts`, those that are not steady first,
 * with `maxPoints` stretches in all of them together.
 */
export function timelineFigure(panels: readonly Panel[], maxCharts: number, maxPoints: number): Figure {
  const drawn = panels.flatMap((panel) =>
    panel.cases.flatMap((one) => {
      const timeline = panel.of.timelines[one.key];
      return timeline === undefined || timeline.seconds.length < 2 ? [] : [{ panel, one, timeline }];
    }),
  );
  const chosen = [...drawn.filter(({ one }) => !isSteady(one)), ...drawn.filter(({ one }) => isSteady(one))].slice(
    0,
    maxCharts,
  );
  const each = Math.max(24, Math.min(200, Math.floor(maxPoints / Math.max(1, chosen.length))));
  const leftOut = drawn.length - chosen.length;
  return {
    id: 'steady-state',
    heading: 'Steady state',
    lead: 'Whether the latency settled. The line is the mean of a stretch of the window, the band runs from the fastest to the slowest query in it; of several rounds the first that is not steady is drawn, else the first. A steady case is level: a line that climbs or falls, or a step in it, means that a longer or another window would give other figures.',
    charts: chosen.map(({ panel, one, timeline }, index) => timelineChart(panel, one, mergedTo(timeline, each), index)),
    notes: [
      ...(leftOut === 0
        ? []
        : [`${leftOut} more cases would make this page too large; they are in the table below and in the data.`]),
      ...markNotes(chosen.map(({ one }) => one)),
    ],
  };
}

function isSteady(one: Case): boolean {
  return one.rounds.every(({ summary }) => (summary?.steadyState?.verdict ?? 'plateau') === 'plateau');
}

function timelineChart(panel: Panel, one: Case, timeline: CaseTimeline, index: number): Chart {
  const label = panel.labels.get(one.key) ?? '';
  const range = extent([...timeline.min, ...timeline.max]) ?? [0, 1];
  const unit = timeUnit(range[1]);
  const values = timeline.seconds.map((seconds, bucket) => ({
    x: rounded(seconds),
    low: rounded((timeline.min[bucket] ?? Number.NaN) * unit.perBase),
    mean: rounded((timeline.mean[bucket] ?? Number.NaN) * unit.perBase),
    high: rounded((timeline.max[bucket] ?? Number.NaN) * unit.perBase),
    n: timeline.queries[bucket] ?? 0,
  }));
  const steady = one.rounds.find(({ round }) => round === timeline.round)?.summary?.steadyState ?? null;
  const marks = marksOf(steady);
  const hue = fusionHue[fusionGroup(one)];
  const window: [number, number] = [0, rounded(timeline.windowSeconds)];
  const height: [number, number] = [0, rounded(range[1] * unit.perBase * 1.05)];
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: window, nice: false },
    axis: { title: 'time in the window (s)', grid: false, labelFlush: false, tickCount: 5 },
  } as const;
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: height, nice: false },
    axis: { title: `${timeline.what} (${unit.name})`, tickCount: 3 },
  });
  return {
    id: `steady-${index}`,
    title: `${panel.title} · ${label}`,
    summary: `Round ${timeline.round}: ${steady === null ? 'not judged' : steadyText(steady)}. Mean ${timeline.what} time from ${formatSeconds(timeline.mean[0] ?? Number.NaN)} at the start to ${formatSeconds(timeline.mean.at(-1) ?? Number.NaN)} at the end of the window.`,
    legend: marks.map(({ text, dash }) => ({ label: text, color: color.limit, shape: 'line' as const, dash })),
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 130,
      data: { values },
      layer: [
        { mark: { type: 'area', color: hue, opacity: 0.2 }, encoding: { x, y: y('low'), y2: { field: 'high' } } },
        { mark: { type: 'line', color: hue, strokeWidth: 1.6 }, encoding: { x, y: y('mean') } },
        ...marks.map(({ at, dash }) => ({
          data: { values: [{ x: rounded(at) }] },
          mark: { type: 'rule' as const, color: color.limit, strokeDash: dash.split(' ').map(Number) },
          encoding: { x },
        })),
        {
          mark: { type: 'point', opacity: 0, size: 90 },
          encoding: {
            x,
            y: y('mean'),
            tooltip: [
              { field: 'x', type: 'quantitative', title: 'at (s)' },
              { field: 'mean', type: 'quantitative', title: `mean (${unit.name})` },
              { field: 'low', type: 'quantitative', title: `fastest (${unit.name})` },
              { field: 'high', type: 'quantitative', title: `slowest (${unit.name})` },
              { field: 'n', type: 'quantitative', title: 'queries' },
            ],
          },
        },
      ],
    },
  };
}

/** Where the level changed, and where the first steady stretch begins if that is not the start. */
function marksOf(steady: SteadyState | null): { at: number; text: string; dash: string }[] {
  if (steady === null) return [];
  const { levelShift, plateauFromSeconds } = steady;
  return [
    ...(levelShift === null
      ? []
      : [
          {
            at: levelShift.atSeconds,
            text: `${steady.series === 'throughput' ? 'time between completions' : 'level'} changes from ${formatSeconds(levelShift.before)} to ${formatSeconds(levelShift.after)}`,
            dash: '2 3',
          },
        ]),
    ...(isNumber(plateauFromSeconds) && plateauFromSeconds > 0
      ? [{ at: plateauFromSeconds, text: `steady from ${formatSeconds(plateauFromSeconds)}`, dash: '6 3' }]
      : []),
  ];
}

/** Joins neighbouring stretches until at most `most` are left: least of the least, mean weighted by queries, largest of the largest. */
export function mergedTo(timeline: CaseTimeline, most: number): CaseTimeline {
  const together = Math.ceil(timeline.seconds.length / most);
  if (together <= 1) return timeline;
  const starts = Array.from({ length: Math.ceil(timeline.seconds.length / together) }, (_, index) => index * together);
  const part = (values: readonly number[], start: number) => values.slice(start, start + together);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const weighted = (values: readonly number[], start: number) => {
    const queries = part(timeline.queries, start);
    return sum(part(values, start).map((value, index) => value * (queries[index] ?? 0))) / sum(queries);
  };
  return {
    ...timeline,
    seconds: starts.map((start) => sum(part(timeline.seconds, start)) / part(timeline.seconds, start).length),
    min: starts.map((start) => Math.min(...part(timeline.min, start))),
    mean: starts.map((start) => weighted(timeline.mean, start)),
    max: starts.map((start) => Math.max(...part(timeline.max, start))),
    queries: starts.map((start) => sum(part(timeline.queries, start))),
  };
}
