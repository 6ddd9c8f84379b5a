import type { TelemetrySeries } from '../../analysis/telemetry.ts';
import { formatSeconds } from '../../units/format.ts';
import { type Chart, type Figure, fitted } from './figure.ts';
import { lineLegend, lineScales, lineStyles, lookupOfLabels } from './lines.ts';
import type { Panel } from './panels.ts';
import { extent, isNumber, rounded } from './scale.ts';
import { chartWidth } from './theme.ts';

/** Cores that the measured process kept busy over its window, at most `maxPoints` points a line. */
export function cpuFigure(panels: readonly Panel[], maxPoints: number): Figure {
  return {
    id: 'cpu',
    heading: 'CPU over time',
    lead: 'Cores that the measured process kept busy during the window of its first finished round, sampled from outside. A drop in a line is a pause or something else on the machine.',
    charts: panels.flatMap((panel, index) => cpuChart(panel, index, maxPoints) ?? []),
    notes: [],
  };
}

function cpuChart(panel: Panel, index: number, maxPoints: number): Chart | null {
  const seriesOf = (key: string) => panel.of.telemetry[key]?.series.find(({ name }) => name === 'processCores');
  const drawn = panel.cases.filter((one) => (seriesOf(one.key)?.values.filter(isNumber).length ?? 0) > 1);
  if (drawn.length === 0) return null;
  const styles = lineStyles(drawn);
  const values = styles.flatMap(({ one, series }) => {
    return averaged(seriesOf(one.key), maxPoints).map(([x, y]) => ({
      s: series,
      x: rounded(x),
      y: y === null ? null : rounded(y),
    }));
  });
  const busiest = extent(values.map(({ y }) => y))?.[1] ?? 1;
  const longest = extent(values.map(({ x }) => x))?.[1] ?? 0;
  const means = styles.map(({ one }) => `${panel.labels.get(one.key)} ${(seriesOf(one.key)?.mean ?? 0).toFixed(2)}`);
  const domain: [number, number] = [0, Math.max(1, Math.ceil(busiest * 10) / 10)];
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
    axis: { title: 'cores busy', tickCount: 4 },
  } as const;
  return {
    id: `cpu-${index}`,
    title: panel.title,
    summary: `Mean cores busy over up to ${formatSeconds(longest)}: ${means.join(', ')}.`,
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
              { field: 'y', type: 'quantitative', title: 'cores busy' },
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
