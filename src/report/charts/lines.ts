import type { Case } from '../../results/run.ts';
import { isInvalid } from '../standing.ts';
import type { LegendEntry } from './figure.ts';
import { huesOf } from './hues.ts';
import type { Panel } from './panels.ts';
import { dashes } from './theme.ts';

/** How the line of a case is drawn: its fusion or its engine gives the colour, its place among those of one colour the dash. */
export interface LineStyle {
  readonly one: Case;
  /** Fixed name of the series within a chart: `s0`, `s1` … */
  readonly series: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** Of an invalid case: the line steps back. */
  readonly struck: boolean;
}

export function lineStyles(cases: readonly Case[], panel: Pick<Panel, 'of'>): LineStyle[] {
  const hues = huesOf(panel);
  const used = new Map<string, number>();
  return cases.map((one, index) => {
    const group = hues.group(one);
    const place = used.get(group) ?? 0;
    used.set(group, place + 1);
    const dash = dashes[place % dashes.length] ?? [];
    return { one, series: `s${index}`, color: hues.color(one), dash, struck: isInvalid(one) };
  });
}

export function lineLegend(styles: readonly LineStyle[], panel: Panel): LegendEntry[] {
  return styles.map(({ one, color, dash }) => ({
    label: panel.labels.get(one.key) ?? '',
    color,
    shape: 'line',
    dash: dash.join(' '),
  }));
}

/** Colour, dash and opacity scales that give each series of a chart its style. */
export function lineScales(styles: readonly LineStyle[]) {
  const domain = styles.map(({ series }) => series);
  return {
    color: { field: 's', type: 'nominal', scale: { domain, range: styles.map((style) => style.color) }, legend: null },
    strokeDash: {
      field: 's',
      type: 'nominal',
      scale: { domain, range: styles.map((style) => [...style.dash]) },
      legend: null,
    },
    opacity: opacityOf(styles),
  } as const;
}

/** Lines of invalid cases step back. The names of series are ours, so that they can stand in an expression. */
function opacityOf(styles: readonly LineStyle[]) {
  const struck = styles.filter((style) => style.struck).map(({ series }) => `datum.s === '${series}'`);
  return struck.length === 0 ? { value: 1 } : { condition: { test: struck.join(' || '), value: 0.35 }, value: 1 };
}

/** Gives the points of a chart the label of their series, which stands in the data once and not at every point. */
export function lookupOfLabels(styles: readonly LineStyle[], panel: Panel) {
  const values = styles.map(({ one, series }) => ({ s: series, l: panel.labels.get(one.key) ?? '' }));
  return { lookup: 's', from: { data: { values }, key: 's', fields: ['l'] } };
}
