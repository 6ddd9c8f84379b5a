import type { TcoCharts } from '../charts/charts-of.ts';
import { besideHtml, type Pictures, placeOfTable } from '../figure-html.ts';
import type { Markup } from '../html.ts';
import { tableHtml } from '../table-html.ts';
import { amountText } from '../texts.ts';
import type { TcoView } from '../view.ts';
import { optionColumns } from './options.ts';

/** What is paid when: at the start, and at the end of each year. */
export function cashPart(view: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const { options, study } = view;
  const times = options[0]?.cashFlow.length ?? 0;
  const table = tableHtml(
    `${study.currency} paid at each time, not discounted`,
    [{ title: 'at the end of year' }, ...optionColumns(view)],
    Array.from({ length: times }, (_, time) => ({
      head: time === 0 ? 'start' : String(time),
      cells: options.map(({ cashFlow }) => amountText(cashFlow[time] ?? Number.NaN)),
    })),
  );
  return besideHtml(charts.cash, pictures, table, placeOfTable(view));
}
