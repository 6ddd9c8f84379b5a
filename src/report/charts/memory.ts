import { formatBytes } from '../../units/format.ts';
import { counted, isInvalid } from '../standing.ts';
import { type Chart, type Figure, faintIfStruck, fitted, rowAxis, rowsHeight } from './figure.ts';
import { huesOf } from './hues.ts';
import type { Panel } from './panels.ts';
import { extent, isNumber, rounded, sizeUnit } from './scale.ts';
import { chartWidth, color } from './theme.ts';

/** Peak resident memory of the measured process. */
export function memoryFigure(panels: readonly Panel[]): Figure {
  return {
    id: 'memory',
    heading: 'Memory',
    lead: 'The most physical memory (peak resident set) that the measured process held, with that of an engine in a process of its own: the runtime, the model, its buffers and the input data.',
    charts: panels.flatMap((panel, index) => memoryChart(panel, index) ?? []),
    notes: [],
  };
}

function memoryChart(panel: Panel, index: number): Chart | null {
  const hues = huesOf(panel);
  const rows = panel.cases.flatMap((one) =>
    isNumber(one.memory.peakRssBytes)
      ? [{ one, bytes: one.memory.peakRssBytes, label: panel.labels.get(one.key) ?? '' }]
      : [],
  );
  const range = extent(panel.peers.map((one) => one.memory.peakRssBytes));
  if (rows.length === 0 || range === null) return null;
  const unit = sizeUnit(range[1]);
  const ranked = counted(rows);
  const most = ranked.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  const least = ranked.reduce((a, b) => (b.bytes < a.bytes ? b : a));
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    axis: rowAxis,
    scale: { paddingInner: 0.35, paddingOuter: 0.2 },
  } as const;
  const domain: [number, number] = [0, range[1] * unit.perBase * 1.4];
  const x = {
    field: 'value',
    type: 'quantitative',
    stack: null,
    scale: { domain, nice: false },
    axis: { title: `peak resident memory (${unit.name})`, labelFlush: false, tickCount: 4 },
  } as const;
  return {
    id: `memory-${index}`,
    title: panel.title,
    summary:
      rows.length === 1
        ? `Peak ${formatBytes(most.bytes)} (${most.label}).`
        : `Most ${formatBytes(most.bytes)} (${most.label}), least ${formatBytes(least.bytes)} (${least.label}).`,
    legend: hues.legend(rows.map(({ one }) => one)),
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(rows.length),
      data: {
        values: rows.map(({ one, bytes, label }) => ({
          label,
          hue: hues.group(one),
          struck: isInvalid(one),
          value: rounded(bytes * unit.perBase),
          text: formatBytes(bytes),
        })),
      },
      layer: [
        {
          mark: { type: 'bar', cornerRadiusEnd: 2 },
          encoding: {
            y,
            x,
            color: { field: 'hue', type: 'nominal', scale: hues.scale, legend: null },
            opacity: faintIfStruck(),
            tooltip: [
              { field: 'label', title: 'Case' },
              { field: 'text', title: 'Peak memory' },
            ],
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: color.ink },
          encoding: { y, x, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}
