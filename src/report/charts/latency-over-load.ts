import type { Case, LatencySummary } from '../../results/run.ts';
import { formatNumber, formatSeconds } from '../../units/format.ts';
import { caseLabels } from '../case-label.ts';
import { loadOf } from '../scenario-text.ts';
import { isInvalid, standingText } from '../standing.ts';
import { type Chart, type Figure, faintIfStruck, fitted } from './figure.ts';
import { percentiles } from './latency.ts';
import { fusionGroup, type Panel } from './panels.ts';
import { axisFor, extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color, dashes, fusionHue } from './theme.ts';

/** Response and service time over the load that they were measured under, where several loads of one configuration were. */
export function latencyOverLoadFigure(panels: readonly Panel[]): Figure {
  return {
    id: 'latency-over-load',
    heading: 'Latency over load',
    lead: 'Each configuration under several loads. Solid: response time, which holds the wait. Thin: service time, which does not. Where the two part, queries stand in a queue, and the load is more than the configuration serves in time.',
    charts: panels.flatMap((panel, index) => latencyOverLoadChart(panel, index) ?? []),
    notes: [],
  };
}

interface Point {
  readonly one: Case;
  readonly load: number;
}

function latencyOverLoadChart(panel: Panel, index: number): Chart | null {
  const loaded = panel.cases.flatMap((one) => {
    const at = loadOf(one);
    return at === null || one.latency === null ? [] : [{ one, load: at.value, axis: at.axis }];
  });
  const axis = loaded[0]?.axis;
  const lines = linesOf(loaded.filter((point) => point.axis === axis));
  const points = lines.flat();
  const key = percentileOf(points, panel);
  const times = extent(points.flatMap(({ one }) => [one.latency?.[key], one.serviceLatency?.[key]]));
  const loads = extent(points.map(({ load }) => load));
  if (points.length === 0 || times === null || loads === null) return null;

  const unit = timeUnit(times[1]);
  const yAxis = axisFor(times[0] * unit.perBase, times[1] * unit.perBase);
  const name = percentiles.find((one) => one.key === key)?.name ?? key;
  const labels = caseLabels(lines.flatMap(([first]) => (first === undefined ? [] : [first.one])));
  const styles = lines.map((line, number) => styleOf(line, number, labels));
  const row = (what: string, summary: LatencySummary | null, { one, load }: Point, series: string) => {
    const seconds = summary?.[key];
    if (!isNumber(seconds)) return [];
    return [
      {
        s: series,
        x: rounded(load),
        y: rounded(seconds * unit.perBase),
        what,
        struck: isInvalid(one),
        shape: isInvalid(one) ? 'invalid' : 'counts',
        label: panel.labels.get(one.key) ?? '',
        tip: formatSeconds(seconds),
        verdict: standingText(one) || 'not judged',
      },
    ];
  };
  const valuesOf = (what: string, of: (one: Case) => LatencySummary | null) =>
    lines.flatMap((line, number) => line.flatMap((point) => row(what, of(point.one), point, `s${number}`)));
  const response = valuesOf('response', ({ latency }) => latency);
  const service = valuesOf('service', ({ serviceLatency }) => serviceLatency);
  const limit = panel.of.run.limits.latency;
  const limitAt = limit === null || limit.percentile !== key ? null : limit.seconds * unit.perBase;
  const isInside = limitAt !== null && limitAt >= yAxis.domain[0] && limitAt <= yAxis.domain[1];
  const xDomain: [number, number] = [0, loads[1] * 1.06];
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: xDomain, nice: false },
    axis: {
      title: axis === 'concurrency' ? 'queries in flight' : 'queries a second that arrive',
      grid: false,
      labelFlush: false,
      tickCount: 5,
    },
  } as const;
  const y = {
    field: 'y',
    type: 'quantitative',
    scale: { type: yAxis.type, domain: yAxis.domain, nice: false },
    axis: { title: `${name} (${unit.name})`, ...yAxis.ticks },
  } as const;
  const domain = styles.map(({ series }) => series);
  const hue = {
    field: 's',
    type: 'nominal',
    scale: { domain, range: styles.map((one) => one.color) },
    legend: null,
  } as const;
  const strokeDash = {
    field: 's',
    type: 'nominal',
    scale: { domain, range: styles.map(({ dash }) => [...dash]) },
    legend: null,
  } as const;
  const shape = {
    field: 'shape',
    type: 'nominal',
    scale: { domain: ['counts', 'invalid'], range: ['circle', 'cross'] },
    legend: null,
  } as const;
  return {
    id: `latency-over-load-${index}`,
    title: panel.title,
    summary: lines
      .map(
        (line, number) =>
          `${styles[number]?.label === '' ? '' : `${styles[number]?.label}: `}${lineText(line, key, name, axis)}`,
      )
      .join('; ')
      .concat('.'),
    legend: [
      ...styles.map(({ label, color, dash }) => ({
        label: label === '' ? 'response time' : label,
        color,
        shape: 'line' as const,
        dash: dash.join(' '),
      })),
      { label: 'service time, thin', color: color.muted, shape: 'line' as const, dash: '' },
      ...(isInside && limit !== null
        ? [
            {
              label: `limit ${formatSeconds(limit.seconds)} at ${limit.percentile}`,
              color: color.limit,
              shape: 'line' as const,
              dash: '2 3',
            },
          ]
        : []),
    ],
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 230,
      data: { values: response },
      layer: [
        ...(isInside
          ? [
              {
                data: { values: [{ y: limitAt }] },
                mark: { type: 'rule' as const, color: color.limit, strokeDash: [2, 3] },
                encoding: { y },
              },
            ]
          : []),
        {
          data: { values: service },
          mark: { type: 'line', strokeWidth: 1, opacity: 0.7 },
          encoding: { x, y, color: hue, strokeDash },
        },
        { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color: hue, strokeDash } },
        {
          mark: { type: 'point', filled: true, size: 60 },
          encoding: {
            x,
            y,
            color: hue,
            shape,
            opacity: faintIfStruck(),
            tooltip: [
              { field: 'label', title: 'Case' },
              { field: 'tip', title: `Response time ${name}` },
              { field: 'verdict', title: 'Verdict' },
            ],
          },
        },
      ],
    },
  };
}

/** Cases that differ in their load alone, by rising load; a configuration with one load is no line. */
function linesOf(points: readonly (Point & { readonly axis: string })[]): Point[][] {
  const lines = new Map<string, Point[]>();
  for (const point of points) {
    const { axes, stack, profile, model, scenario } = point.one;
    const name = JSON.stringify([axes, stack, profile, model?.name ?? null, scenario.arrivals ?? null]);
    lines.set(name, [...(lines.get(name) ?? []), point]);
  }
  return [...lines.values()]
    .filter((line) => new Set(line.map(({ load }) => load)).size > 1)
    .map((line) => line.sort((a, b) => a.load - b.load));
}

/** The percentile of the limit where all points have it, else the highest that all have: the tail is what load changes first. */
function percentileOf(points: readonly Point[], panel: Panel): (typeof percentiles)[number]['key'] {
  const standing = percentiles.filter(({ key }) => points.every(({ one }) => isNumber(one.latency?.[key])));
  const wanted = panel.of.run.limits.latency?.percentile;
  return (standing.find(({ key }) => key === wanted) ?? standing.at(-1) ?? percentiles[0]).key;
}

function styleOf(line: readonly Point[], number: number, labels: ReadonlyMap<string, string>) {
  const [first] = line;
  const group = first === undefined ? 'other' : fusionGroup(first.one);
  return {
    series: `s${number}`,
    // Of one line the load is all that varies, which the axis says.
    label:
      labels.size > 1 && first !== undefined
        ? (labels.get(first.one.key) ?? '').replace(/ · [^·]*(?:\/s|in flight)$/, '')
        : '',
    color: fusionHue[group],
    dash: dashes[number % dashes.length] ?? [],
  };
}

function lineText(
  line: readonly Point[],
  key: (typeof percentiles)[number]['key'],
  name: string,
  axis: string | undefined,
): string {
  const at = ({ one, load }: Point) =>
    `${isNumber(one.latency?.[key]) ? formatSeconds(one.latency[key]) : 'withheld'} at ${formatNumber(load)}${axis === 'concurrency' ? ' in flight' : '/s'}`;
  return `${name} of the response time ${line.map(at).join(', ')}`;
}
