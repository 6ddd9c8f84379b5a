import type { TcoCharts } from '../charts/charts-of.ts';
import { resultText } from '../charts/tornado-chart.ts';
import { besideHtml, type Pictures } from '../figure-html.ts';
import { html, type Markup } from '../html.ts';
import { rangeText } from '../span-text.ts';
import { tableHtml } from '../table-html.ts';
import { type TcoView, titleOf } from '../view.ts';

/** What each figure alone does between the ends of its range. */
export function sensitivityPart(view: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const { sensitivity } = view.outcome;
  if (sensitivity.bars.length === 0) {
    return html`<p class="note">No figure of the study has a range: how far the result depends on each cannot be said.</p>`;
  }
  const text = (value: number) => resultText(sensitivity, value, view.study.currency);
  const table = tableHtml(
    `${sensitivity.output === 'difference' ? 'Difference' : 'Cost'} with one figure at an end of its range, the others as the study has them`,
    [
      { title: 'figure' },
      { title: 'range' },
      { title: 'at its low end', numeric: true },
      { title: 'at its high end', numeric: true },
      { title: 'changes the cheapest' },
    ],
    sensitivity.bars.map(({ name, title, low, high, atLow, atHigh, flipsOrder }) => {
      const assumption = view.study.assumptions.find((one) => one.name === name);
      return {
        head: assumption === undefined ? title : titleOf(assumption),
        cells: [
          assumption === undefined ? '' : rangeText(assumption, low, high),
          text(atLow),
          text(atHigh),
          flipsOrder ? html`<span class="flips">⇄ yes</span>` : 'no',
        ],
      };
    }),
  );
  return besideHtml(charts.tornado, pictures, table);
}
