import { costItems } from '../../../tco/model/ledger.ts';
import { type Chart, fitted, rowAxis, rowsHeight } from '../../charts/figure.ts';
import { rounded } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { itemStyles } from '../colours.ts';
import { amountText, moneyUnit } from '../texts.ts';
import type { ShownOption, TcoView } from '../view.ts';

/** What each option costs over its whole life, item by item; what resale brings lies left of zero. */
export function costChart({ study, options, origin }: TcoView): Chart {
  const paid = options.map((option) => sum(option.byItem.map(({ amount }) => Math.max(0, amount))));
  const unit = moneyUnit(Math.max(...paid), study.currency);
  const values = options.flatMap(({ label, byItem }) =>
    byItem.map(({ item, amount }) => ({
      label,
      item: itemStyles[item].title,
      order: costItems.indexOf(item),
      amount: rounded(amount * unit.perBase),
      tip: `${amountText(amount)} ${study.currency}`,
    })),
  );
  const totals = options.map((option, index) => ({
    label: option.label,
    end: (paid[index] ?? 0) * unit.perBase,
    text: amountShort(totalOf(option) * unit.perBase),
  }));
  const least = Math.min(0, ...options.map(({ byItem }) => sum(byItem.map(({ amount }) => Math.min(0, amount)))));
  const used = costItems.filter((item) => options.some(({ byItem }) => byItem.some((one) => one.item === item)));
  const y = { field: 'label', type: 'nominal' as const, sort: null, axis: rowAxis };
  const scale = { domain: [least * unit.perBase * 1.02, Math.max(...paid) * unit.perBase * 1.2], nice: false };
  const axis = { title: `${unit.name} over ${study.horizonYears} years, not discounted`, tickCount: 4 };
  return {
    id: 'cost-items',
    title: 'What the money goes to',
    summary: summaryOf(options, study.currency),
    legend: used.map((item) => ({
      label: itemStyles[item].title,
      color: itemStyles[item].color,
      shape: 'square',
      dash: '',
    })),
    numbered: [],
    provenance: `from ${origin}`,
    spec: {
      ...fitted,
      width: chartWidth,
      height: rowsHeight(options.length, 34),
      layer: [
        {
          data: { values },
          mark: { type: 'bar', height: 20, stroke: color.surface, strokeWidth: 0.7 },
          encoding: {
            y,
            x: { field: 'amount', type: 'quantitative', stack: 'zero', scale, axis },
            color: {
              field: 'item',
              type: 'nominal',
              scale: {
                domain: used.map((item) => itemStyles[item].title),
                range: used.map((item) => itemStyles[item].color),
              },
              legend: null,
            },
            order: { field: 'order', type: 'quantitative' },
            tooltip: [
              { field: 'label', title: 'Option' },
              { field: 'item', title: 'Item' },
              { field: 'tip', title: 'Amount' },
            ],
          },
        },
        {
          data: { values: totals },
          mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: color.ink },
          encoding: {
            y,
            x: { field: 'end', type: 'quantitative', scale, axis },
            text: { field: 'text', type: 'nominal' },
          },
        },
      ],
    },
  };
}

/** Undiscounted, what resale brings taken off. */
export function totalOf({ byItem }: Pick<ShownOption, 'byItem'>): number {
  return sum(byItem.map(({ amount }) => amount));
}

function summaryOf(options: readonly ShownOption[], currency: string): string {
  return options
    .map((option) => {
      const [largest] = option.byItem.toSorted((one, other) => other.amount - one.amount);
      const total = totalOf(option);
      const most =
        largest === undefined
          ? ''
          : `, most of it for ${itemStyles[largest.item].title} (${Math.round((100 * largest.amount) / total)} %)`;
      return `${option.label}: ${amountText(total)} ${currency}${largest !== undefined && largest.amount * 2 < total ? most.replace('most of it', 'the largest part') : most}.`;
    })
    .join(' ');
}

function amountShort(amount: number): string {
  return amountText(Number(amount.toPrecision(3)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
