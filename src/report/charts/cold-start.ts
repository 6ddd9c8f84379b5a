import { formatSeconds } from '../../units/format.ts';
import { counted, isInvalid } from '../standing.ts';
import { type Chart, type Figure, faintIfStruck, fitted, rowAxis, rowsHeight } from './figure.ts';
import type { Panel } from './panels.ts';
import { extent, isNumber, rounded, timeUnit } from './scale.ts';
import { chartWidth, color } from './theme.ts';

const phases = [
  { key: 'loadSeconds', name: 'load the model', color: color.load },
  { key: 'firstInferenceSeconds', name: 'first inference', color: color.first },
] as const;

/** Time from nothing to the first answer of a fresh process. */
export function coldStartFigure(panels: readonly Panel[]): Figure {
  const states = new Set(
    panels.flatMap(({ cases }) => cases.flatMap((one) => (one.coldStart === null ? [] : [one.coldStart.pageCache]))),
  );
  return {
    id: 'cold-start',
    heading: 'Cold start',
    lead: 'How long a fresh process takes to load the model and to answer once. Kept apart from the window: none of it is in the latencies above.',
    charts: panels.flatMap((panel, index) => coldStartChart(panel, index) ?? []),
    notes: [...states].map((state) => pageCacheNote(state)),
  };
}

function coldStartChart(panel: Panel, index: number): Chart | null {
  const total = (one: Panel['cases'][number]) =>
    one.coldStart === null ? null : one.coldStart.loadSeconds + one.coldStart.firstInferenceSeconds;
  const rows = panel.cases.flatMap((one) => {
    const seconds = total(one);
    return one.coldStart !== null && isNumber(seconds)
      ? [{ one, coldStart: one.coldStart, seconds, label: panel.labels.get(one.key) ?? '' }]
      : [];
  });
  const range = extent(panel.peers.map(total));
  if (rows.length === 0 || range === null) return null;
  const unit = timeUnit(range[1]);
  const ranked = counted(rows);
  const quickest = ranked.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  const slowest = ranked.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const values = rows.flatMap(({ one, label, coldStart }) =>
    phases.map(({ key, name }, order) => ({
      label,
      struck: isInvalid(one),
      phase: name,
      order,
      value: rounded(coldStart[key] * unit.perBase),
      tip: formatSeconds(coldStart[key]),
      cache: coldStart.pageCache,
    })),
  );
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    axis: rowAxis,
    scale: { paddingInner: 0.35, paddingOuter: 0.2 },
  } as const;
  return {
    id: `cold-start-${index}`,
    title: panel.title,
    summary:
      rows.length === 1
        ? `${formatSeconds(quickest.seconds)} to the first answer (${quickest.label}).`
        : `From ${formatSeconds(quickest.seconds)} (${quickest.label}) to ${formatSeconds(slowest.seconds)} (${slowest.label}) to the first answer.`,
    legend: phases.map(({ name, color }) => ({ label: name, color, shape: 'square', dash: '' })),
    numbered: [],
    provenance: panel.provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(rows.length),
      data: { values },
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            y,
            x: {
              field: 'value',
              type: 'quantitative',
              stack: 'zero',
              scale: { domain: [0, range[1] * unit.perBase * 1.38], nice: false },
              axis: { title: `time to the first answer (${unit.name})`, labelFlush: false, tickCount: 4 },
            },
            order: { field: 'order', type: 'quantitative' },
            color: {
              field: 'phase',
              type: 'nominal',
              scale: { domain: phases.map(({ name }) => name), range: phases.map(({ color }) => color) },
              legend: null,
            },
            opacity: faintIfStruck(),
            tooltip: [
              { field: 'label', title: 'Case' },
              { field: 'phase', title: 'Phase' },
              { field: 'tip', title: 'Time' },
              { field: 'cache', title: 'Page cache' },
            ],
          },
        },
        {
          data: {
            values: rows.map(({ label, seconds }) => ({
              label,
              at: rounded(seconds * unit.perBase),
              text: formatSeconds(seconds),
            })),
          },
          mark: { type: 'text', align: 'left', dx: 6, fontSize: 11, color: color.ink },
          encoding: { y, x: { field: 'at', type: 'quantitative' }, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}

function pageCacheNote(state: string): string {
  if (state === 'cold') return 'Page cache cold: the model was read from the disk.';
  if (state === 'warm')
    return 'Page cache warm: the model file was in memory already, as after a restart of the service, not of the machine.';
  return 'Page cache unknown: the model file may or may not have been in memory, so a first start after a reboot can take longer.';
}
