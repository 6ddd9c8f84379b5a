import { formatSeconds } from '../../units/format.ts';
import { counted, isInvalid } from '../standing.ts';
import { type Chart, type Figure, faintIfStruck, fitted, type LegendEntry, rowAxis, rowsHeight } from './figure.ts';
import { huesOf } from './hues.ts';
import { drawnLatency, latencyName, percentiles } from './latency.ts';
import type { Panel } from './panels.ts';
import { axisFor, extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color } from './theme.ts';

/** Latency by case: a thin line from the least to the largest, a thick one from p50 to the highest percentile that stands. */
export function percentileFigure(panels: readonly Panel[]): Figure {
  const charts = panels.flatMap((panel, index) => percentileChart(panel, index) ?? []);
  return {
    id: 'percentiles',
    heading: 'Latency percentiles',
    lead: 'The filled dot is the median (p50), the ring p90, the diamond p99. The thin line runs from the fastest to the slowest query. A percentile with too few queries behind it is not drawn.',
    charts,
    notes: [],
  };
}

function percentileChart(panel: Panel, index: number): Chart | null {
  const hues = huesOf(panel);
  const rows = panel.cases.flatMap((one) => {
    const latency = drawnLatency(one);
    return latency !== null && isNumber(latency.min) && isNumber(latency.max) ? [{ one, latency }] : [];
  });
  const all = extent(panel.peers.flatMap((one) => [drawnLatency(one)?.min, drawnLatency(one)?.max]));
  if (rows.length === 0 || all === null) return null;
  const unit = timeUnit(all[1]);
  const scaled = (value: number | null) => (isNumber(value) ? rounded(value * unit.perBase) : null);
  const axis = axisFor(all[0] * unit.perBase, all[1] * unit.perBase);
  const name = latencyName(panel.cases);

  const values = rows.map(({ one, latency }) => ({
    label: panel.labels.get(one.key) ?? '',
    hue: hues.group(one),
    struck: isInvalid(one),
    low: scaled(latency.min),
    high: scaled(latency.max),
    p50: scaled(latency.p50),
    p90: scaled(latency.p90),
    p99: scaled(latency.p99),
    top: scaled(latency.p99 ?? latency.p95 ?? latency.p90 ?? latency.p50),
    tip: percentiles
      .map(({ key, name }) => `${name} ${isNumber(latency[key]) ? formatSeconds(latency[key]) : 'withheld'}`)
      .join(', '),
    count: latency.count,
  }));
  const y = { field: 'label', type: 'nominal', sort: null, axis: rowAxis } as const;
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { type: axis.type, domain: axis.domain, nice: false },
    axis: { title: `${name} (${unit.name})`, labelFlush: false, ...axis.ticks },
  });
  const tooltip = [
    { field: 'label', title: 'Case' },
    { field: 'tip', title: name },
    { field: 'count', title: 'Queries' },
  ];
  const fill = { field: 'hue', type: 'nominal', scale: hues.scale, legend: null } as const;
  return {
    id: `percentiles-${index}`,
    title: panel.title,
    summary: medians(
      counted(rows).map(({ one, latency }) => ({ label: panel.labels.get(one.key) ?? '', p50: latency.p50 })),
      name,
    ),
    legend: [...hues.legend(rows.map(({ one }) => one)), ...marksLegend(values)],
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(rows.length),
      data: { values },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 1, color: color.muted },
          encoding: { y, x: x('low'), x2: { field: 'high' }, opacity: faintIfStruck(0.7), tooltip },
        },
        {
          transform: [{ filter: 'datum.p50 != null' }],
          mark: { type: 'rule', strokeWidth: 4 },
          encoding: { y, x: x('p50'), x2: { field: 'top' }, opacity: faintIfStruck(0.35), color: fill },
        },
        {
          transform: [{ filter: 'datum.p99 != null' }],
          mark: { type: 'point', shape: 'diamond', size: 60, filled: true },
          encoding: { y, x: x('p99'), color: fill, opacity: faintIfStruck(), tooltip },
        },
        {
          transform: [{ filter: 'datum.p90 != null' }],
          mark: { type: 'point', size: 48, filled: true, fill: color.surface, strokeWidth: 2 },
          encoding: { y, x: x('p90'), stroke: fill, opacity: faintIfStruck(), tooltip },
        },
        {
          transform: [{ filter: 'datum.p50 != null' }],
          mark: { type: 'point', size: 60, filled: true },
          encoding: { y, x: x('p50'), color: fill, opacity: faintIfStruck(), tooltip },
        },
      ],
    },
  };
}

function medians(rows: readonly { label: string; p50: number | null }[], name: string): string {
  const known = rows.flatMap(({ label, p50 }) => (isNumber(p50) ? [{ label, p50 }] : []));
  const [first, ...rest] = known;
  const withheld = rows.length - known.length;
  const without = withheld === 0 ? '' : ` ${withheld} of ${rows.length} cases have too few queries for a median.`;
  if (first === undefined) return `Too few queries for a median: only the range of the ${name} is drawn.`;
  if (rest.length === 0) return `The median ${name} is ${formatSeconds(first.p50)} (${first.label}).${without}`;
  const fastest = known.reduce((a, b) => (b.p50 < a.p50 ? b : a));
  const slowest = known.reduce((a, b) => (b.p50 > a.p50 ? b : a));
  return `The median ${name} runs from ${formatSeconds(fastest.p50)} (${fastest.label}) to ${formatSeconds(slowest.p50)} (${slowest.label}).${without}`;
}

function marksLegend(values: readonly { p50: number | null; p90: number | null; p99: number | null }[]): LegendEntry[] {
  const entry = (label: string, shape: LegendEntry['shape']): LegendEntry => ({
    label,
    shape,
    color: color.muted,
    dash: '',
  });
  return [
    ...(values.some(({ p50 }) => p50 !== null) ? [entry('p50', 'dot')] : []),
    ...(values.some(({ p90 }) => p90 !== null) ? [entry('p90', 'ring')] : []),
    ...(values.some(({ p99 }) => p99 !== null) ? [entry('p99', 'diamond')] : []),
  ];
}
