import type { Case } from '../../results/run.ts';
import { formatSeconds, formatThroughput } from '../../units/format.ts';
import { qualityTexts } from '../quality-text.ts';
import { isInvalid, standingOf, standingText } from '../standing.ts';
import { limitIn } from './ecdf.ts';
import { type Chart, type Figure, faintIfStruck, fitted, type LegendEntry } from './figure.ts';
import { huesOf } from './hues.ts';
import { percentiles } from './latency.ts';
import type { Panel } from './panels.ts';
import { axisFor, extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color } from './theme.ts';

type Percentile = (typeof percentiles)[number];

/** Latency against throughput, and the front of the cases that no other case beats in both. */
export function paretoFigure(panels: readonly Panel[]): Figure {
  const charts = panels.flatMap((panel, index) => paretoChart(panel, index) ?? []);
  const offline = panels.some(({ cases }) => cases.some((one) => one.scenario.kind === 'offline'));
  return {
    id: 'pareto',
    heading: 'Latency against throughput',
    lead: 'Better is up and to the left. The line joins the cases that no other one beats in both, numbered as in the list below; every other case gives something away. What is not judged yet is drawn as measured; what is invalid is a faint cross and never on the front.',
    charts,
    notes: offline ? ['Offline cases have no response time and stand in the table only.'] : [],
  };
}

/**
 * The cases that no other case beats: none has at most the latency and at least the throughput, with one of the two better.
 * In ascending order of latency.
 */
export function paretoFront<T extends { readonly latency: number; readonly throughput: number }>(
  points: readonly T[],
): T[] {
  const front: T[] = [];
  for (const point of [...points].sort((a, b) => a.latency - b.latency || b.throughput - a.throughput)) {
    const last = front[front.length - 1];
    if (last === undefined || point.throughput > last.throughput) front.push(point);
  }
  return front;
}

function paretoChart(panel: Panel, index: number): Chart | null {
  const hues = huesOf(panel);
  const percentile = percentileOf(panel);
  const latencyOf = (one: Case) => one.latency?.[percentile.key] ?? null;
  const points = panel.cases.flatMap((one) => {
    const latency = latencyOf(one);
    const throughput = one.throughput?.value;
    return isNumber(latency) && isNumber(throughput)
      ? [{ one, latency, throughput, label: panel.labels.get(one.key) ?? '' }]
      : [];
  });
  const times = extent(panel.peers.map(latencyOf));
  const rates = extent(panel.peers.map((one) => one.throughput?.value));
  // A single point has nothing to be compared with.
  if (points.length < 2 || times === null || rates === null) return null;

  const unit = timeUnit(times[1]);
  const xAxis = axisFor(times[0] * unit.perBase, times[1] * unit.perBase, 8);
  const xDomain: [number, number] =
    xAxis.type === 'log' ? [xAxis.domain[0] / 1.1, xAxis.domain[1] * 1.1] : [0, xAxis.domain[1] * 1.04];
  const front = paretoFront(points.filter(({ one }) => !isInvalid(one)));
  const drawn = (point: (typeof points)[number]) => ({
    x: rounded(point.latency * unit.perBase),
    y: rounded(point.throughput),
    label: point.label,
    hue: hues.group(point.one),
    struck: isInvalid(point.one),
    standing: standingOf(point.one).verdict ?? 'not judged',
    verdict: standingText(point.one) || 'not judged',
    latency: formatSeconds(point.latency),
    throughput: formatThroughput(point.throughput),
    // Its number in the list below the chart; 0 off the front.
    front: front.indexOf(point) + 1,
  });
  // The limit is one of its own percentile: on the axis of another it would tell a wrong side.
  const limit =
    panel.of.run.limits.latency?.percentile === percentile.key ? limitIn(panel.of.run, unit.perBase, xDomain) : null;
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { type: xAxis.type, domain: xDomain, nice: false },
    axis: { title: `response time, ${percentile.name} (${unit.name})`, labelFlush: false, ...xAxis.ticks },
  } as const;
  const yDomain: [number, number] = [0, rates[1] * 1.15];
  const y = {
    field: 'y',
    type: 'quantitative',
    scale: { domain: yDomain, nice: false },
    axis: { title: 'items/s', tickCount: 5, format: ',~f' },
  } as const;
  return {
    id: `pareto-${index}`,
    title: panel.title,
    summary: summaryOf(points.length, front.length, points.filter(({ one }) => isInvalid(one)).length),
    numbered: front.map(
      ({ one, label, latency, throughput }) =>
        `${label}: ${[formatSeconds(latency), formatThroughput(throughput), ...qualityTexts(one)].join(', ')}`,
    ),
    legend: [
      ...hues.legend(points.map(({ one }) => one)),
      { label: 'front', color: color.ink, shape: 'line', dash: '' },
      ...standingLegend(points.map(({ one }) => one)),
      ...(limit === null
        ? []
        : [
            {
              label: `limit ${formatSeconds(limit.seconds)} at ${limit.percentile}`,
              color: color.limit,
              shape: 'line' as const,
              dash: '2 3',
            },
          ]),
    ],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 250,
      data: { values: points.map(drawn) },
      layer: [
        ...(limit === null
          ? []
          : [
              {
                data: { values: [{ x: limit.at }] },
                mark: { type: 'rule' as const, color: color.limit, strokeDash: [2, 3] },
                encoding: { x },
              },
            ]),
        {
          transform: [{ filter: 'datum.front > 0' }],
          mark: { type: 'line', interpolate: 'step-after', color: color.ink, strokeWidth: 1.2, opacity: 0.6 },
          encoding: { x, y },
        },
        {
          mark: { type: 'point', filled: true, size: 80 },
          encoding: {
            x,
            y,
            color: { field: 'hue', type: 'nominal', scale: hues.scale, legend: null },
            shape: { field: 'standing', type: 'nominal', scale: standingShape, legend: null },
            opacity: faintIfStruck(),
            tooltip: [
              { field: 'label', title: 'Case' },
              { field: 'latency', title: `Response time ${percentile.name}` },
              { field: 'throughput', title: 'Throughput' },
              { field: 'verdict', title: 'Verdict' },
            ],
          },
        },
        {
          // Numbers, because names of neighbours on a front would lie on top of each other; the list below has the names.
          transform: [{ filter: 'datum.front > 0' }],
          mark: {
            type: 'text',
            align: 'left',
            baseline: 'bottom',
            dx: 6,
            dy: -3,
            fontSize: 10.5,
            color: color.ink,
            limit: 130,
          },
          encoding: { x, y, text: { field: 'front', type: 'nominal' } },
        },
      ],
    },
  };
}

/** The shape tells what the verdicts say, the colour tells the fusion, or the engine. */
const standingShape = {
  domain: ['valid', 'not judged', 'degraded', 'invalid'],
  range: ['circle', 'circle', 'triangle-up', 'cross'],
};

/** Shapes that are there beside the dot. */
function standingLegend(cases: readonly Case[]): LegendEntry[] {
  const has = (name: 'degraded' | 'invalid') => cases.some((one) => standingOf(one).verdict === name);
  return [
    ...(has('degraded') ? [{ label: 'degraded', color: color.muted, shape: 'triangle' as const, dash: '' }] : []),
    ...(has('invalid') ? [{ label: 'invalid', color: color.muted, shape: 'cross' as const, dash: '' }] : []),
  ];
}

function summaryOf(points: number, front: number, invalid: number): string {
  const onFront = `${front} of ${points} cases ${front === 1 ? 'is' : 'are'} on the front.`;
  return invalid === 0
    ? onFront
    : `${onFront} ${invalid} invalid ${invalid === 1 ? 'one counts' : 'ones count'} nowhere.`;
}

/** The percentile of the latency limit where all cases have it, else the lowest that all have, which is the median. */
function percentileOf(panel: Panel): Percentile {
  const timed = panel.peers.filter((one) => one.latency !== null);
  const standing = percentiles.filter(({ key }) => timed.every((one) => isNumber(one.latency?.[key])));
  const wanted = panel.of.run.limits.latency?.percentile;
  return standing.find(({ key }) => key === wanted) ?? standing[0] ?? percentiles[0];
}
