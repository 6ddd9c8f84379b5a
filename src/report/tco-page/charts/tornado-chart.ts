import type { Sensitivity } from '../../../tco/model/study-outcome.ts';
import { type Chart, fitted } from '../../charts/figure.ts';
import { rounded } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { signedPercent } from '../../percent-text.ts';
import { spanText } from '../span-text.ts';
import { amountText, listText, moneyUnit } from '../texts.ts';
import { labelOf, type TcoView } from '../view.ts';

/** Figures that are drawn; all stand in the table. */
const mostBars = 12;
const rowHeight = 34;

/** How far each figure alone moves the result between the ends of its range; null: no figure has a range. */
export function tornadoChart(view: TcoView): Chart | null {
  const { sensitivity } = view.outcome;
  if (sensitivity.bars.length === 0) return null;
  const bars = sensitivity.bars.slice(0, mostBars);
  const isDifference = sensitivity.output === 'difference';
  const unit = isDifference
    ? { name: '%', perBase: 100 }
    : moneyUnit(Math.max(...bars.flatMap(({ atLow, atHigh }) => [atLow, atHigh])), view.study.currency);
  const base = sensitivity.atBase * unit.perBase;
  const rows = bars.map((bar, index) => ({
    row: `r${index}`,
    title: `${bar.flipsOrder ? '⇄ ' : ''}${spanText(view, bar)}`,
    flips: bar.flipsOrder,
  }));
  const values = bars.flatMap(({ atLow, atHigh }, index) =>
    (
      [
        ['low', atLow],
        ['high', atHigh],
      ] as const
    ).map(([end, at]) => ({
      row: `r${index}`,
      end,
      from: rounded(base),
      to: rounded(at * unit.perBase),
      title: rows[index]?.title ?? '',
      tip: resultText(sensitivity, at, view.study.currency),
    })),
  );
  const y = {
    field: 'row',
    type: 'nominal',
    sort: null,
    axis: null,
    scale: { domain: rows.map(({ row }) => row), padding: 0 },
  } as const;
  const what = isDifference
    ? `cost of ${labelOf(view, sensitivity.a)} over that of ${labelOf(view, sensitivity.b ?? '')} − 1, %`
    : `${unit.name} a year`;
  const axis = { title: what, tickCount: 6, ...(isDifference ? { format: '+~g' } : {}) };
  const hasZero = isDifference && values.some(({ to }) => to >= 0);
  return {
    id: 'tornado',
    title: isDifference ? 'What moves the difference of the two cheapest' : 'What moves the cost',
    summary: summaryOf(view, bars),
    legend: [
      { label: 'figure at its low end', color: color.fused, shape: 'square', dash: '' },
      { label: 'at its high end', color: color.unfused, shape: 'square', dash: '' },
      {
        label: `as the study has it: ${resultText(sensitivity, sensitivity.atBase, view.study.currency)}`,
        color: color.ink,
        shape: 'line',
        dash: '',
      },
      ...(hasZero ? [{ label: 'equal cost', color: color.limit, shape: 'line' as const, dash: '4 3' }] : []),
    ],
    numbered: [],
    provenance: 'one figure at a time',
    spec: {
      ...fitted,
      width: chartWidth,
      height: bars.length * rowHeight + 46,
      layer: [
        {
          data: { values },
          mark: { type: 'bar', height: 11, yOffset: 8 },
          encoding: {
            y,
            x: { field: 'from', type: 'quantitative', axis, scale: { zero: false, padding: 12 } },
            x2: { field: 'to' },
            color: {
              field: 'end',
              type: 'nominal',
              scale: { domain: ['low', 'high'], range: [color.fused, color.unfused] },
              legend: null,
            },
            opacity: { value: 0.9 },
            tooltip: [
              { field: 'title', title: 'Figure' },
              { field: 'end', title: 'At its end' },
              { field: 'tip', title: 'Result' },
            ],
          },
        },
        {
          data: { values: rows },
          mark: { type: 'text', align: 'left', baseline: 'middle', dy: -7, fontSize: 11, limit: chartWidth - 12 },
          encoding: {
            y,
            x: { value: 0 },
            text: { field: 'title', type: 'nominal' },
            color: { condition: { test: 'datum.flips', value: color.limit }, value: color.ink },
          },
        },
        {
          data: { values: [{ at: base }] },
          mark: { type: 'rule', color: color.ink, strokeWidth: 1.2 },
          encoding: { x: { field: 'at', type: 'quantitative' } },
        },
        ...(hasZero
          ? [
              {
                data: { values: [{ at: 0 }] },
                mark: { type: 'rule' as const, color: color.limit, strokeWidth: 1.2, strokeDash: [4, 3] },
                encoding: { x: { field: 'at', type: 'quantitative' as const } },
              },
            ]
          : []),
      ],
    },
  };
}

/** A result of the sensitivity: a difference in percent, or an amount a year. */
export function resultText({ output }: Sensitivity, value: number, currency: string): string {
  return output === 'difference' ? signedPercent(value) : `${amountText(value)} ${currency} a year`;
}

function summaryOf(view: TcoView, bars: Sensitivity['bars']): string {
  const [widest] = bars;
  if (widest === undefined) return '';
  const { sensitivity } = view.outcome;
  const text = (value: number) => resultText(sensitivity, value, view.study.currency);
  const flips = bars.filter(({ flipsOrder }) => flipsOrder).map((bar) => bar.title);
  const order =
    flips.length === 0
      ? 'No figure alone changes which option is the cheapest.'
      : `Alone enough to change which option is the cheapest (marked ⇄): ${listText([...new Set(flips)])}.`;
  return `The widest is ${widest.title}: from ${text(widest.atLow)} to ${text(widest.atHigh)}. ${order}`;
}
