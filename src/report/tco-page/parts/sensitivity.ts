import type { TcoCharts } from '../charts/charts-of.ts';
import { barsThatMatter, barTitle, mostBars, resultText } from '../charts/tornado-chart.ts';
import { besideHtml, type Pictures } from '../figure-html.ts';
import { html, type Markup } from '../html.ts';
import { rangeText } from '../range-text.ts';
import { tableHtml } from '../table-html.ts';
import { countText, listText } from '../texts.ts';
import { assumptionOf, type TcoView } from '../view.ts';

/** What each figure alone does between the ends of its range. */
export function sensitivityPart(view: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const { sensitivity } = view.outcome;
  if (sensitivity.bars.length === 0) {
    return html`<p class="note">No figure of the study has a range: how far the result depends on each cannot be said.</p>`;
  }
  const bars = barsThatMatter(sensitivity);
  const without = sensitivity.bars.filter((bar) => !bars.includes(bar)).map((bar) => barTitle(view, bar));
  const text = (value: number) => resultText(sensitivity, value, view.study.currency);
  const what = sensitivity.output === 'difference' ? 'Difference of cost' : 'Cost';
  const tableOf = (caption: string, rows: typeof bars) =>
    tableHtml(
      caption,
      [
        { title: 'figure' },
        { title: 'at its low end', numeric: true },
        { title: 'at its high end', numeric: true },
        { title: 'cheapest changes' },
      ],
      rows.map((bar) => {
        const assumption = assumptionOf(view, bar.name);
        return {
          head: html`${barTitle(view, bar)}${assumption === null ? null : html`<small class="quiet owner">${rangeText(assumption, rounded(bar.low), rounded(bar.high))}</small>`}`,
          cells: [text(bar.atLow), text(bar.atHigh), bar.flipsOrder ? html`<span class="flips">⇄ yes</span>` : 'no'],
        };
      }),
    );
  const table = tableOf(`${what} with one figure at an end of its range`, bars.slice(0, mostBars));
  const others = bars.slice(mostBars);
  const more =
    others.length === 0
      ? null
      : html`<details class="folded"><summary>${countText(others.length, 'figure')} with less effect</summary>${tableOf(`${what} with one of these figures at an end of its range`, others)}</details>`;
  const rest =
    without.length === 0
      ? null
      : html`<details class="folded"><summary>${countText(without.length, 'figure')} without effect within ${without.length === 1 ? 'its range' : 'their ranges'}</summary><p class="note">${listText(without)}.</p></details>`;
  return html`${besideHtml(charts.tornado, pictures, bars.length === 0 ? null : table)}${more}${rest}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
