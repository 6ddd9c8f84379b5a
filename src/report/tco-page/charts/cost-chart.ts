import { moneyText } from '../../../tco/model/amount-text.ts';
import { costItems } from '../../../tco/model/ledger.ts';
import { type Chart, fitted } from '../../charts/figure.ts';
import { rounded } from '../../charts/scale.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { itemStyles } from '../colours.ts';
import { amountText, moneyUnit } from '../texts.ts';
import type { ShownOption, TcoView } from '../view.ts';
import { markOffset, rowNames, rowScale, rowStep } from './named-rows.ts';

/** What each option costs over its whole life, item by item; what resale brings lies left of zero. */
export function costChart({ study, options, origin }: TcoView): Chart {
  const paid = options.map(({ byItem }) => sum(byItem.map(({ amount }) => Math.max(0, amount))));
  const returned = options.map(({ byItem }) => sum(byItem.map(({ amount }) => Math.min(0, amount))));
  const unit = moneyUnit(Math.max(...paid), study.currency);
  const values = options.flatMap(({ label, byItem }, index) =>
    byItem.map(({ item, amount }) => ({
      row: `r${index}`,
      option: label,
      item: itemStyles[item].title,
      order: costItems.indexOf(item),
      amount: rounded(amount * unit.perBase),
      tip: moneyText(Math.round(amount), study.currency),
    })),
  );
  const totals = options.map((option, index) => ({
    row: `r${index}`,
    end: (paid[index] ?? 0) * unit.perBase,
    text: amountText(Number((totalOf(option) * unit.perBase).toPrecision(3))),
  }));
  const used = costItems.filter((item) => options.some(({ byItem }) => byItem.some((one) => one.item === item)));
  const y = rowScale(options.length);
  const scale = {
    domain: [Math.min(0, ...returned) * unit.perBase * 1.02, Math.max(...paid) * unit.perBase * 1.16],
    nice: false,
  };
  const axis = { title: `${unit.name} over ${study.horizonYears} years, not discounted`, tickCount: 5, format: ',~f' };
  const text = { type: 'text' as const, align: 'left' as const, dx: 5, yOffset: markOffset, fontSize: 11.5 };
  const total = {
    y,
    x: { field: 'end', type: 'quantitative' as const, scale, axis },
    text: { field: 'text', type: 'nominal' as const },
  };
  return {
    id: 'cost-items',
    title: 'What the money goes to',
    summary: `${summaryOf(options, study.currency)} The figure beside a bar is the sum, resale taken off.`,
    legend: used.map((item) => ({
      label: itemStyles[item].title,
      color: itemStyles[item].color,
      shape: 'square',
      dash: '',
    })),
    numbered: [],
    provenance: origin,
    spec: {
      ...fitted,
      width: chartWidth,
      height: options.length * rowStep + 46,
      layer: [
        {
          data: { values },
          mark: { type: 'bar', height: 16, yOffset: markOffset, stroke: color.surface, strokeWidth: 0.7 },
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
              { field: 'option', title: 'Option' },
              { field: 'item', title: 'Item' },
              { field: 'tip', title: 'Amount' },
            ],
          },
        },
        ...rowNames(options.map(({ label }, index) => ({ row: `r${index}`, title: label, isMarked: false }))),
        { data: { values: totals }, mark: { ...text, color: color.ink, fontWeight: 600 }, encoding: total },
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
      const total = totalOf(option);
      const [largest] = option.byItem.toSorted((one, other) => other.amount - one.amount);
      const costs = `${option.label}: ${moneyText(Math.round(total), currency)}`;
      if (largest === undefined) return `${costs}.`;
      const title = itemStyles[largest.item].title;
      if (option.byItem.length === 1) return `${costs}, all of it for ${title}.`;
      return `${costs}, the largest part ${moneyText(Math.round(largest.amount), currency)} for ${title}.`;
    })
    .join(' ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
