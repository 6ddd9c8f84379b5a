import { intervalText } from '../../analysis/toggle-text.ts';
import { formatRatio } from '../../units/format.ts';
import type { NamedEffects } from '../named-effects.ts';
import { type Chart, fitted, rowAxis, rowsHeight } from './figure.ts';
import { fusionGroup, fusionLegend } from './panels.ts';
import { extent, isNumber, rounded } from './scale.ts';
import { chartWidth, color, fusionColor } from './theme.ts';

/** How many times as fast each case of a group is as the reference: a dot, and a line for the 95 % interval over rounds. */
export function speedUpCharts(groups: readonly NamedEffects[]): Chart[] {
  return groups.flatMap((group, index) => speedUpChart(group, index) ?? []);
}

function speedUpChart({ title, effects, labels, provenance }: NamedEffects, index: number): Chart | null {
  const { cells, reference } = effects;
  const rows = cells.flatMap(({ one, speed }) =>
    isNumber(speed.value) ? [{ one, speed, value: speed.value, label: labels.get(one.key) ?? '' }] : [],
  );
  const compared = rows.filter(({ one }) => one.key !== reference.key);
  const range = extent(rows.flatMap(({ speed }) => [speed.value, speed.low, speed.high]));
  if (compared.length === 0 || range === null) return null;
  const name = labels.get(reference.key) ?? '';
  const texts = compared.map(({ label, speed, value }) => `${label} ${formatRatio(value)}${intervalText(speed)}`);
  const values = rows.map(({ one, speed, value, label }) => ({
    label,
    fusion: fusionGroup(one),
    value: rounded(value),
    low: speed.low === null ? null : rounded(speed.low),
    high: speed.high === null ? null : rounded(speed.high),
    text: one.key === reference.key ? 'reference' : formatRatio(value),
    tip: one.key === reference.key ? 'the reference' : `${formatRatio(value)}${intervalText(speed)}`,
  }));
  const y = {
    field: 'label',
    type: 'nominal' as const,
    sort: null,
    // The reference has no interval, so that the layer of lines, which comes first, would put it last.
    scale: { domain: values.map(({ label }) => label) },
    axis: { ...rowAxis, labelLimit: 210 },
  };
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    // Room on the right for the figures.
    scale: {
      type: 'log' as const,
      domain: [range[0] / 1.1, range[1] * (range[1] / range[0]) ** 0.3 * 1.1],
      nice: false,
    },
    axis: { title: 'times as fast as the reference', tickCount: 5, labelFlush: false, format: '.2~f' },
  });
  const tooltip = [
    { field: 'label', title: 'Case' },
    { field: 'tip', title: 'Times as fast' },
  ];
  const fill = { field: 'fusion', type: 'nominal', scale: fusionColor, legend: null } as const;
  return {
    id: `speed-up-${index}`,
    title,
    summary: `Against ${name}: ${texts.join(', ')}.`,
    legend: [
      ...fusionLegend(rows.map(({ one }) => one)),
      ...(values.some(({ low }) => low !== null)
        ? [{ label: '95 % interval over rounds', color: color.muted, shape: 'line' as const, dash: '' }]
        : []),
    ],
    numbered: [],
    provenance,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(rows.length),
      data: { values },
      layer: [
        { data: { values: [{ one: 1 }] }, mark: { type: 'rule', color: color.muted }, encoding: { x: x('one') } },
        {
          transform: [{ filter: 'datum.low != null' }],
          mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.6 },
          encoding: { y, x: x('low'), x2: { field: 'high' }, color: fill, tooltip },
        },
        {
          mark: { type: 'point', filled: true, size: 70, opacity: 1 },
          encoding: { y, x: x('value'), color: fill, tooltip },
        },
        {
          transform: [{ calculate: 'datum.high == null ? datum.value : datum.high', as: 'end' }],
          mark: { type: 'text', align: 'left', dx: 8, fontSize: 11, color: color.ink },
          encoding: { y, x: x('end'), text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  };
}
