import type { TelemetrySeries } from '../../analysis/telemetry-series.ts';
import { formatSeconds } from '../../units/format.ts';
import { type Chart, fitted } from './figure.ts';
import { lineLegend, lineScales, lineStyles, lookupOfLabels } from './lines.ts';
import type { Panel } from './panels.ts';
import { extent, isNumber, rounded } from './scale.ts';
import { chartWidth } from './theme.ts';

/** What a chart of telemetry over time shows, and in which unit. */
export interface OverTime {
  readonly series: TelemetrySeries['name'];
  readonly title: string;
  /** The figure in words, without its unit. */
  readonly what: string;
  /** Title of the axis, with the unit. */
  readonly axis: string;
  /** Shown figures per base unit: 100 for a ratio in per cent. */
  readonly perUnit: number;
  /** Decimals of the means in the summary. */
  readonly digits: number;
  /** The axis goes up to this at least, … */
  readonly least: number;
  /** … and ends at a multiple of this. */
  readonly step: number;
  readonly maxPoints: number;
}

/** A line a case over the window of its first finished round; null when no case of the panel has two samples. */
export function overTimeChart(panel: Panel, id: string, shown: OverTime): Chart | null {
  const seriesOf = (key: string) => panel.of.telemetry[key]?.series.find(({ name }) => name === shown.series);
  const drawn = panel.cases.filter((one) => (seriesOf(one.key)?.values.filter(isNumber).length ?? 0) > 1);
  if (drawn.length === 0) return null;
  const styles = lineStyles(drawn, panel);
  const values = styles.flatMap(({ one, series }) => {
    return averaged(seriesOf(one.key), shown.maxPoints).map(([x, y]) => ({
      s: series,
      x: rounded(x),
      y: y === null ? null : rounded(y * shown.perUnit),
    }));
  });
  const highest = extent(values.map(({ y }) => y))?.[1] ?? shown.least;
  const longest = extent(values.map(({ x }) => x))?.[1] ?? 0;
  const means = styles.map(
    ({ one }) =>
      `${panel.labels.get(one.key)} ${((seriesOf(one.key)?.mean ?? 0) * shown.perUnit).toFixed(shown.digits)}`,
  );
  const most = Math.max(shown.least, Math.ceil(highest / shown.step) * shown.step);
  const domain: [number, number] = [0, rounded(most)];
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { nice: false, zero: true },
    axis: { title: 'time in the window (s)', grid: false, labelFlush: false, tickCount: 6 },
  } as const;
  const y = {
    field: 'y',
    type: 'quantitative',
    scale: { domain },
    axis: { title: shown.axis, tickCount: 4 },
  } as const;
  return {
    id,
    title: shown.title,
    summary: `Mean ${shown.what} over up to ${formatSeconds(longest)}: ${means.join(', ')}.`,
    legend: lineLegend(styles, panel),
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: 190,
      data: { values },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 1.6, invalid: 'break-paths-show-path-domains' },
          encoding: { x, y, ...lineScales(styles) },
        },
        {
          transform: [lookupOfLabels(styles, panel)],
          mark: { type: 'point', opacity: 0, size: 90 },
          encoding: {
            x,
            y,
            tooltip: [
              { field: 'l', title: 'Case' },
              { field: 'x', type: 'quantitative', title: 'at (s)' },
              { field: 'y', type: 'quantitative', title: shown.axis },
            ],
          },
        },
      ],
    },
  };
}

/** Means of as many neighbouring samples as bring a series to at most `maxPoints`; null where none of them could be read. */
export function averaged(series: TelemetrySeries | undefined, maxPoints: number): [number, number | null][] {
  if (series === undefined) return [];
  const together = Math.max(1, Math.ceil(series.values.length / maxPoints));
  const points: [number, number | null][] = [];
  for (let start = 0; start < series.values.length; start += together) {
    const numbers = series.values.slice(start, start + together).filter(isNumber);
    const times = series.seconds.slice(start, start + together).filter(isNumber);
    if (times.length === 0) continue;
    const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
    points.push([mean(times), numbers.length === 0 ? null : mean(numbers)]);
  }
  return points;
}
