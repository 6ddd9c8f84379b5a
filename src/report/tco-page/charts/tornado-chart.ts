import { moneyText } from '../../../tco/model/amount-text.ts';
import type { Sensitivity } from '../../../tco/model/study-outcome.ts';
import { type Chart, fitted } from '../../charts/figure.ts';
import { rounded } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { signedPercent } from '../../percent-text.ts';
import { figureText, listText, moneyUnit } from '../texts.ts';
import { assumptionOf, labelOf, type TcoView, titleOf } from '../view.ts';
import { markOffset, rowNames, rowScale, rowStep } from './named-rows.ts';
import { signedLabel } from './volume-charts.ts';

type Bar = Sensitivity['bars'][number];

/** Figures that are drawn; tables have all that matter. */
export const mostBars = 14;

/** How far each figure alone moves the result between the ends of its range; null: none does. */
export function tornadoChart(view: TcoView): Chart | null {
  const { sensitivity } = view.outcome;
  const bars = barsThatMatter(sensitivity).slice(0, mostBars);
  if (bars.length === 0) return null;
  const { currency } = view.study;
  const isDifference = sensitivity.output === 'difference';
  const unit = isDifference
    ? { name: '%', perBase: 100 }
    : moneyUnit(Math.max(...bars.flatMap(({ atLow, atHigh }) => [atLow, atHigh])), currency);
  const base = rounded(sensitivity.atBase * unit.perBase);
  const values = bars.flatMap((bar, index) =>
    endsOf(view, bar).map(({ at, text, end }, place, both) => {
      const to = rounded(at * unit.perBase);
      const other = rounded((both[1 - place]?.at ?? at) * unit.perBase);
      return {
        row: `r${index}`,
        end,
        from: base,
        to,
        text,
        // Beside the end that it is of, away from the middle; an end that moves nothing stands across from the other one.
        isLeft: to < base || (to === base && (other > base || (other === base && end === 'low'))),
        title: barTitle(view, bar),
        tip: resultText(sensitivity, at, currency),
      };
    }),
  );
  const y = rowScale(bars.length);
  const results = [base, ...values.map(({ to }) => to)];
  const [least, largest] = [Math.min(...results), Math.max(...results)];
  // Equal cost is shown where the figures come near it.
  const hasZero = isDifference && largest >= -0.15 * (largest - least) && least <= 0.15 * (largest - least);
  const ends = hasZero ? [Math.min(least, 0), Math.max(largest, 0)] : [least, largest];
  const room = 0.13 * ((ends[1] ?? 0) - (ends[0] ?? 0) || 1);
  const scale = { domain: [(ends[0] ?? 0) - room, (ends[1] ?? 0) + room], nice: false, zero: false };
  const axis = {
    title: isDifference ? 'difference of cost, %' : `${unit.name} a year`,
    tickCount: 6,
    ...(isDifference ? { labelExpr: signedLabel } : { format: ',~f' }),
  };
  const rule = (at: number, hue: string, strokeDash: number[]) => ({
    data: { values: [{ at }] },
    mark: { type: 'rule' as const, color: hue, strokeWidth: 1.2, strokeDash },
    encoding: { x: { field: 'at', type: 'quantitative' as const, scale, axis } },
  });
  const endLabels = (isLeft: boolean) => ({
    data: { values: values.filter((one) => one.isLeft === isLeft) },
    mark: {
      type: 'text' as const,
      align: isLeft ? ('right' as const) : ('left' as const),
      dx: isLeft ? -4 : 4,
      yOffset: markOffset,
      fontSize: 10.5,
      color: color.muted,
    },
    encoding: {
      y,
      x: { field: 'to', type: 'quantitative' as const, scale, axis },
      text: { field: 'text', type: 'nominal' as const },
    },
  });
  return {
    id: 'tornado',
    title: isDifference
      ? `${labelOf(view, sensitivity.a)} against ${labelOf(view, sensitivity.b ?? '')}`
      : 'What moves the cost',
    summary: summaryOf(view, bars),
    legend: [
      { label: 'figure at its low end', color: color.fused, shape: 'square', dash: '' },
      { label: 'at its high end', color: color.unfused, shape: 'square', dash: '' },
      {
        label: `as the study has it: ${resultText(sensitivity, sensitivity.atBase, currency)}`,
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
      height: bars.length * rowStep + 46,
      layer: [
        rule(base, color.ink, []),
        ...(hasZero ? [rule(0, color.limit, [4, 3])] : []),
        {
          data: { values },
          mark: { type: 'bar', height: 12, yOffset: markOffset },
          encoding: {
            y,
            x: { field: 'from', type: 'quantitative', scale, axis },
            x2: { field: 'to' },
            color: {
              field: 'end',
              type: 'nominal',
              scale: { domain: ['low', 'high'], range: [color.fused, color.unfused] },
              legend: null,
            },
            tooltip: [
              { field: 'title', title: 'Figure' },
              { field: 'text', title: 'At' },
              { field: 'tip', title: 'Result' },
            ],
          },
        },
        endLabels(true),
        endLabels(false),
        ...rowNames(
          bars.map((bar, index) => ({
            row: `r${index}`,
            title: `${bar.flipsOrder ? '⇄ ' : ''}${barTitle(view, bar)}`,
            isMarked: bar.flipsOrder,
          })),
        ),
      ],
    },
  };
}

/** Figures that move the result, or change which option is the cheapest; the widest first. */
export function barsThatMatter({ bars }: Sensitivity): Bar[] {
  const widest = bars[0]?.swing ?? 0;
  return bars.filter(({ swing, flipsOrder }) => flipsOrder || swing > 1e-3 * widest);
}

/** A result of the sensitivity: a difference in percent, or an amount a year. */
export function resultText({ output }: Sensitivity, value: number, currency: string): string {
  return output === 'difference' ? signedPercent(value) : `${moneyText(Math.round(value), currency)} a year`;
}

/** What a figure of the sensitivity is called, with its owner. */
export function barTitle(view: TcoView, { name, title }: Bar): string {
  const assumption = assumptionOf(view, name);
  return assumption === null ? title : titleOf(assumption);
}

/** Both ends that are told apart from the base: of a figure that moves to one side only, the farther one has the label. */
function endsOf(view: TcoView, bar: Bar) {
  const assumption = assumptionOf(view, bar.name) ?? { isShare: false };
  const text = (value: number) => figureText(assumption, Number(value.toPrecision(4)));
  const { atBase } = view.outcome.sensitivity;
  const [low, high] = [bar.atLow - atBase, bar.atHigh - atBase];
  const isOneSided = low * high > 0;
  return [
    { end: 'low', at: bar.atLow, text: isOneSided && Math.abs(low) < Math.abs(high) ? '' : text(bar.low) },
    { end: 'high', at: bar.atHigh, text: isOneSided && Math.abs(high) <= Math.abs(low) ? '' : text(bar.high) },
  ] as const;
}

function summaryOf(view: TcoView, bars: readonly Bar[]): string {
  const [widest] = bars;
  if (widest === undefined) return '';
  const { sensitivity } = view.outcome;
  const text = (value: number) => resultText(sensitivity, value, view.study.currency);
  const flips = bars.filter(({ flipsOrder }) => flipsOrder).map((bar) => barTitle(view, bar));
  const order =
    flips.length === 0
      ? 'No figure alone changes which option is the cheapest.'
      : `Alone enough to change which option is the cheapest (marked ⇄): ${listText([...new Set(flips)])}.`;
  const meaning = sensitivity.b === null ? '' : ` Below zero ${labelOf(view, sensitivity.a)} costs less.`;
  return `The widest is ${barTitle(view, widest)}: from ${text(widest.atLow)} to ${text(widest.atHigh)}. ${order}${meaning}`;
}
