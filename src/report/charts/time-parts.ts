import type { Case } from '../../results/run.ts';
import { formatSeconds } from '../../units/format.ts';
import { hasQueue } from '../scenario-text.ts';
import { isInvalid } from '../standing.ts';
import { type Chart, type Figure, faintIfStruck, fitted, rowAxis, rowsHeight } from './figure.ts';
import type { Panel } from './panels.ts';
import { isNumber, rounded } from './scale.ts';
import { chartWidth, color } from './theme.ts';

/** The parts of a response time, in the order in which a query goes through them. They add up, and so do their means. */
const parts = [
  { name: 'issue delay', color: color.load, of: (one: Case) => one.issueDelay },
  { name: 'queue', color: color.unfused, of: (one: Case) => one.queueDelay ?? null },
  { name: 'service', color: color.inference, of: (one: Case) => one.serviceLatency },
] as const;

/** Where the response time goes in scenarios where queries can wait: shares of its mean. No charts where none can. */
export function timePartsFigure(panels: readonly Panel[]): Figure {
  return {
    id: 'load',
    heading: 'Load and queueing',
    lead: 'A response time is the issue delay (sent − due: the load generator was late), plus the queue (started − sent: the engine was busy), plus the service (completed − started). Shares of the mean response time, which is the figure at the end of a bar: a long queue with an unchanged service means that more came than the system can serve.',
    charts: panels.flatMap((panel, index) => timePartsChart(panel, index) ?? []),
    notes: [],
  };
}

function timePartsChart(panel: Panel, index: number): Chart | null {
  const rows = panel.cases.flatMap((one) => {
    const means = parts.map((part) => part.of(one)?.mean ?? null);
    const total = one.latency?.mean;
    if (!hasQueue(one) || !means.every(isNumber) || !isNumber(total) || total <= 0) return [];
    return [{ one, label: panel.labels.get(one.key) ?? '', means, total }];
  });
  if (rows.length === 0) return null;
  const percent = (value: number) => `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
  const values = rows.flatMap(({ one, label, means, total }) =>
    parts.map(({ name }, order) => {
      const mean = means[order] ?? 0;
      return {
        label,
        struck: isInvalid(one),
        part: name,
        order,
        share: rounded(mean / total),
        tip: `${formatSeconds(mean)} (${percent(mean / total)})`,
      };
    }),
  );
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    axis: rowAxis,
    scale: { paddingInner: 0.35, paddingOuter: 0.2 },
  } as const;
  const axis = {
    title: 'share of the mean response time',
    format: '.0%',
    labelFlush: false,
    values: [0, 0.25, 0.5, 0.75, 1],
  };
  return {
    id: `load-${index}`,
    title: panel.title,
    summary: `${rows
      .map(
        ({ label, means, total }) =>
          `${label}: ${formatSeconds(total)}, of which ${percent((means[1] ?? 0) / total)} in the queue`,
      )
      .join('; ')}.`,
    legend: parts.map(({ name, color }) => ({ label: name, color, shape: 'square', dash: '' })),
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(rows.length),
      data: { values },
      layer: [
        {
          mark: { type: 'bar', stroke: color.surface, strokeWidth: 0.8 },
          encoding: {
            y,
            x: { field: 'share', type: 'quantitative', stack: 'zero', scale: { domain: [0, 1.36], nice: false }, axis },
            order: { field: 'order', type: 'quantitative' },
            color: {
              field: 'part',
              type: 'nominal',
              scale: { domain: parts.map(({ name }) => name), range: parts.map(({ color }) => color) },
              legend: null,
            },
            opacity: faintIfStruck(),
            tooltip: [
              { field: 'label', title: 'Case' },
              { field: 'part', title: 'Part' },
              { field: 'tip', title: 'Mean' },
            ],
          },
        },
        {
          data: { values: rows.map(({ label, total }) => ({ label, at: 1, text: formatSeconds(total) })) },
          mark: { type: 'text', align: 'left', dx: 6, fontSize: 11, color: color.ink },
          encoding: { y, x: { field: 'at', type: 'quantitative' }, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}
