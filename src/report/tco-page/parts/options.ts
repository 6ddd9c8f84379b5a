import { costItems } from '../../../tco/model/ledger.ts';
import { percentText } from '../../percent-text.ts';
import type { TcoCharts } from '../charts/charts-of.ts';
import { totalOf } from '../charts/cost-chart.ts';
import { itemStyles } from '../colours.ts';
import { besideHtml, type Pictures, placeOfTable } from '../figure-html.ts';
import { fleetStretches, rolesUsed } from '../fleet-stretches.ts';
import type { Markup } from '../html.ts';
import { type Column, tableHtml } from '../table-html.ts';
import { amountText, dash, exactText } from '../texts.ts';
import type { TcoView } from '../view.ts';

/** Machines of each year. */
export function fleetPart({ options }: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const used = rolesUsed(options);
  const table = tableHtml(
    'Machines by year, and how much of what the serving ones could do is used on average',
    [
      { title: 'option' },
      { title: 'year', numeric: true },
      ...used.map((role) => ({ title: role, numeric: true })),
      { title: 'in all', numeric: true },
      { title: 'used', numeric: true },
    ],
    options.flatMap(({ label, years }) =>
      fleetStretches(years).map((one) => ({
        head: label,
        cells: [
          one.years,
          ...used.map((role) => exactText(one.fleet[role])),
          exactText(one.fleet.total),
          usedText(one.used.map(percentText)),
        ],
      })),
    ),
    'dense',
  );
  return besideHtml(charts.fleet, pictures, table);
}

function usedText([least = dash, most = dash]: readonly string[]): string {
  return least === most ? least : `${least} to ${most}`;
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
  return besideHtml(charts.costs, pictures, table, placeOfTable(view));
}

/** One column an option, the cheapest first. */
export function optionColumns({ options }: TcoView): Column[] {
  return options.map(({ label }) => ({ title: label, numeric: true }));
}
