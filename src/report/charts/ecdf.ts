import type { Distribution } from '../../analysis/distribution.ts';
import type { Run } from '../../results/run.ts';
import { formatSeconds } from '../../units/format.ts';
import { type Chart, type Figure, fitted } from './figure.ts';
import { drawnLatency, latencyName } from './latency.ts';
import { lineLegend, lineScales, lineStyles, lookupOfLabels } from './lines.ts';
import type { Panel } from './panels.ts';
import { axisFor, extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color } from './theme.ts';

/** Empirical distribution functions: the share of queries that took at most a time, `maxPoints` points a line. */
export function ecdfFigure(panels: readonly Panel[], maxPoints: number): Figure {
  return {
    id: 'ecdf',
    heading: 'Latency distribution',
    lead: 'For each time on the horizontal axis, the share of queries that took at most that long. A steep line is a steady case; a long flat top is a slow tail.',
    charts: panels.flatMap((panel, index) => ecdfChart(panel, index, maxPoints) ?? []),
    notes: [],
  };
}

function ecdfChart(panel: Panel, index: number, maxPoints: number): Chart | null {
  const { distributions, run } = panel.of;
  const drawn = panel.cases.filter((one) => (distributions[one.key]?.seconds.length ?? 0) > 0);
  const range = extent(panel.peers.flatMap((one) => [drawnLatency(one)?.min, drawnLatency(one)?.max]));
  if (drawn.length === 0 || range === null) return null;

  const unit = timeUnit(range[1]);
  const axis = axisFor(range[0] * unit.perBase, range[1] * unit.perBase);
  const styles = lineStyles(drawn, panel);
  const values = styles.flatMap(({ one, series }) =>
    thinned(distributions[one.key], maxPoints).map(([seconds, fraction]) => ({
      s: series,
      x: rounded(seconds * unit.perBase),
      f: rounded(fraction),
    })),
  );
  const name = latencyName(panel.cases);
  // The limit is one of response time, which offline has none of.
  const limit = drawn.every((one) => one.latency === null) ? null : limitIn(run, unit.perBase, axis.domain);
  const scales = lineScales(styles);
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { type: axis.type, domain: axis.domain, nice: false },
    axis: { title: `${name} (${unit.name})`, grid: false, labelFlush: false, ...axis.ticks },
  } as const;
  return {
    id: `ecdf-${index}`,
    title: panel.title,
    summary: `${styles.map(({ one }) => spread(panel.labels.get(one.key) ?? '', drawnLatency(one))).join('; ')}.`,
    legend: [
      ...lineLegend(styles, panel),
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
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 230,
      data: { values },
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
          mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.8, clip: true },
          encoding: {
            x,
            y: {
              field: 'f',
              type: 'quantitative',
              scale: { domain: [0, 1] },
              axis: { title: 'share of queries', format: '.0%', values: [0, 0.25, 0.5, 0.75, 1] },
            },
            ...scales,
          },
        },
        {
          // Invisible, wide enough to be hit by a pointer; left out of the picture.
          transform: [lookupOfLabels(styles, panel)],
          mark: { type: 'point', opacity: 0, size: 90 },
          encoding: {
            x,
            y: { field: 'f', type: 'quantitative' },
            tooltip: [
              { field: 'l', title: 'Case' },
              { field: 'x', type: 'quantitative', title: `at most (${unit.name})` },
              { field: 'f', type: 'quantitative', format: '.1%', title: 'share of queries' },
            ],
          },
        },
      ],
    },
  };
}

/** At most `maxPoints` points, evenly taken, the first and the last always among them. */
function thinned(distribution: Distribution | undefined, maxPoints: number): [number, number][] {
  if (distribution === undefined) return [];
  const { seconds, fraction } = distribution;
  const points = Math.min(seconds.length, maxPoints);
  const taken: [number, number][] = [];
  for (let index = 0; index < points; index++) {
    const from = points === 1 ? seconds.length - 1 : Math.round((index * (seconds.length - 1)) / (points - 1));
    const x = seconds[from];
    const f = fraction[from];
    if (isNumber(x) && isNumber(f)) taken.push([x, f]);
  }
  return taken;
}

/** The latency limit of the run on the axis, null where there is none or it lies outside. */
export function limitIn(
  run: Run,
  perBase: number,
  domain: readonly [number, number],
): { at: number; seconds: number; percentile: string } | null {
  const limit = run.limits.latency;
  if (limit === null) return null;
  const at = limit.seconds * perBase;
  return at < domain[0] || at > domain[1] ? null : { at, ...limit };
}

function spread(label: string, latency: ReturnType<typeof drawnLatency>): string {
  const half = isNumber(latency?.p50) ? `half within ${formatSeconds(latency.p50)}` : null;
  const all = isNumber(latency?.max) ? `all within ${formatSeconds(latency.max)}` : null;
  return `${label}: ${[half, all].filter((text) => text !== null).join(', ')}`;
}
