import { costItems } from '../../../tco/model/ledger.ts';
import type { TcoCharts } from '../charts/charts-of.ts';
import { totalOf } from '../charts/cost-chart.ts';
import { itemStyles } from '../colours.ts';
import { besideHtml, figuresHtml, type Pictures } from '../figure-html.ts';
import { html, type Markup } from '../html.ts';
import { type Column, tableHtml } from '../table-html.ts';
import { amountText, dash } from '../texts.ts';
import type { TcoView } from '../view.ts';

/** Machines of each year. */
export function fleetPart(charts: TcoCharts, pictures: Pictures): Markup {
  return html`${figuresHtml(charts.fleets, pictures)}`;
}

/** What each option costs over its life, by item. */
export function costPart(view: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const { options, study } = view;
  const used = costItems.filter((item) => options.some(({ byItem }) => byItem.some((one) => one.item === item)));
  const table = tableHtml(
    `${study.currency} over ${study.horizonYears} years, not discounted`,
    [{ title: 'item' }, ...optionColumns(view)],
    [
      ...used.map((item) => ({
        head: itemStyles[item].title,
        cells: options.map(({ byItem }) => {
          const found = byItem.find((one) => one.item === item);
          return found === undefined ? dash : amountText(found.amount);
        }),
      })),
      { head: 'in all', cells: options.map((option) => amountText(totalOf(option))), tone: 'total' },
    ],
  );
  return besideHtml(charts.costs, pictures, table);
}

/** One column an option, the cheapest first. */
export function optionColumns({ options }: TcoView): Column[] {
  return options.map(({ label }) => ({ title: label, numeric: true }));
}
