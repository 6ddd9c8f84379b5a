import type { Row } from '../../gate/decision.ts';
import { thresholdOf } from '../../gate/estimate.ts';
import { changeText, intervalText } from '../../gate/figure-text.ts';
import { type Ending, endingOf, type GateReport, orderedRows, shownStage } from '../../gate/gate-report.ts';
import { type Chart, fitted, rowAxis, rowsHeight } from '../charts/figure.ts';
import { rounded } from '../charts/scale.ts';
import { color } from '../charts/theme.ts';
import { displayName } from '../display-name.ts';
import { rowName } from './figures.ts';

/** Further out, marks stand at the edge, and their text says where they belong. */
const edge = 4;

/** The table has all rows. */
const mostRows = 60;

export const endingHues: Readonly<Record<Ending, string>> = {
  regressed: color.limit,
  invalid: color.other,
  inconclusive: color.postprocess,
  improved: color.inference,
  accepted: color.fused,
  pass: color.fused,
};

/** Each row's interval in multiples of what it may be worse by, so that one line is the limit of all; null without an interval. */
export function intervalChart(report: GateReport): Chart | null {
  const rows = orderedRows(report)
    .flatMap((one) => valuesOf(one.row, endingOf(one)) ?? [])
    .slice(0, mostRows)
    .map((value, index) => ({ ...value, row: `${index + 1}. ${value.name}` }));
  if (rows.length === 0) return null;
  const shown = (['regressed', 'inconclusive', 'improved', 'accepted', 'pass'] as const).filter((ending) =>
    rows.some((row) => row.ending === ending),
  );
  const y = { field: 'row', type: 'nominal', sort: null, axis: { ...rowAxis, labelLimit: 300 } } as const;
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [-edge - 0.15, edge + 0.15], nice: false },
    axis: {
      title: 'better  ←  change, in multiples of what the row may be worse by  →  worse',
      values: [-4, -3, -2, -1, 0, 1, 2, 3, 4],
      format: '~f',
    },
  });
  const hue = {
    field: 'ending',
    type: 'nominal' as const,
    scale: { domain: Object.keys(endingHues), range: Object.values(endingHues) },
    legend: null,
  };
  const rule = (at: number, stroke: string, strokeDash: number[]) => ({
    data: { values: [{ at }] },
    mark: { type: 'rule' as const, color: stroke, strokeWidth: 1.4, strokeDash },
    encoding: { x: x('at') },
  });
  return {
    id: 'intervals',
    title: 'Change of every row against its margin',
    summary: summaryOf(rows),
    legend: [
      ...shown.map((ending) => ({ label: ending, color: endingHues[ending], shape: 'dot' as const, dash: '' })),
      { label: 'worse by its margin', color: color.limit, shape: 'line', dash: '4 3' },
    ],
    numbered: [],
    provenance: 'measured',
    spec: {
      ...fitted,
      width: 860,
      height: rowsHeight(rows.length),
      data: { values: rows },
      layer: [
        rule(0, color.muted, []),
        rule(1, color.limit, [4, 3]),
        {
          transform: [{ filter: 'datum.low != null' }],
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.45 },
          encoding: { y, x: x('low'), x2: { field: 'high' }, color: hue },
        },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: {
            y,
            x: x('value'),
            color: hue,
            shape: {
              field: 'place',
              type: 'nominal',
              scale: { domain: ['inside', 'left', 'right'], range: ['circle', 'triangle-left', 'triangle-right'] },
              legend: null,
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', fontSize: 11, color: color.muted },
          encoding: { y, x: { value: 'width' }, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}

/** Rows that are named one by one; the table has the figures of all. */
const mostNamed = 12;

function summaryOf(rows: readonly { name: string; change: string; interval: string }[]): string {
  const named = rows.slice(0, mostNamed).map(({ name, change, interval }) => `${name} ${change} (${interval})`);
  const rest = rows.length - named.length;
  return `${named.join('; ')}${rest > 0 ? `; ${rest} more rows are drawn, and the table above has the figures of all` : ''}.`;
}

function valuesOf(row: Row, ending: Ending) {
  const stage = shownStage(row);
  if (stage === null || stage.change === null || stage.base === null) return null;
  const { worse } = thresholdOf(row.metric, stage.base);
  if (!Number.isFinite(worse)) return null;
  const sign = row.metric.better === 'lower' ? 1 : -1;
  const place = (change: number | null) => (change === null ? null : (sign * Math.log1p(change)) / worse);
  const within = (value: number | null) => (value === null ? null : rounded(Math.max(-edge, Math.min(edge, value))));
  const value = place(stage.change.value) ?? 0;
  const ends = [place(stage.change.low), place(stage.change.high)];
  const [low, high] = sign === 1 ? ends : ends.reverse();
  return {
    name: displayName(rowName(row), 38),
    ending,
    value: within(value),
    low: within(low ?? null),
    high: within(high ?? null),
    place: value > edge ? 'right' : value < -edge ? 'left' : 'inside',
    change: changeText(stage.change.value),
    interval: intervalText(stage.change),
    text: changeText(stage.change.value),
  };
}
