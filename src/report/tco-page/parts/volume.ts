import { shortVolume } from '../../../tco/model/amount-text.ts';
import type { PairOutcome } from '../../../tco/model/study-outcome.ts';
import { formatPercent } from '../../../units/format.ts';
import { signedPercent } from '../../percent-text.ts';
import type { TcoCharts } from '../charts/charts-of.ts';
import { crossingSentence, examinedText } from '../crossing-text.ts';
import { figuresHtml, type Pictures } from '../figure-html.ts';
import { html, type Markup } from '../html.ts';
import { tableHtml } from '../table-html.ts';
import { countText, dash } from '../texts.ts';
import { labelOf, type TcoView } from '../view.ts';

/** Cost over the volume, and the break-evens of every two options. */
export function volumePart(view: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const { pairs, order } = view.outcome;
  const ofBest = pairs.filter(({ a, b }) => a === order[0] || b === order[0]);
  const others = pairs.filter((pair) => !ofBest.includes(pair));
  return html`${figuresHtml(charts.volumes, pictures)}${ofBest.length === 0 ? null : pairTable(view, ofBest)}
${others.length === 0 ? null : html`<details class="folded"><summary>${countText(others.length, 'more pair')} of options</summary>${pairTable(view, others)}</details>`}
${pairs.every(({ crossing }) => crossing.isSettled) ? null : html`<p class="note">Where the demand grows, machines are shared out by rules, or prices depend on the fleet, costs are no straight lines: what holds beyond the volumes that were examined is not known.</p>`}`;
}

function pairTable(view: TcoView, pairs: readonly PairOutcome[]): Markup {
  return tableHtml(
    'Break-evens in requests a day of the first year; A costs less at the study’s demand',
    [
      { title: 'A against B' },
      { title: 'difference of cost', numeric: true },
      { title: 'first break-even', numeric: true },
      { title: 'persistent break-even', numeric: true },
      { title: 'break-even utilisation', numeric: true },
      { title: 'in words' },
      { title: 'examined' },
    ],
    pairs.map((pair) => ({
      head: `${labelOf(view, pair.a)} against ${labelOf(view, pair.b)}`,
      cells: [
        signedPercent(pair.difference),
        breakEven(pair.crossing.first),
        breakEven(pair.crossing.persistent),
        pair.breakEvenUtilisation === null ? dash : formatPercent(pair.breakEvenUtilisation),
        html`<span class="words">${crossingSentence(view, pair)}</span>`,
        examinedText(pair),
      ],
    })),
  );
}

function breakEven(volume: number | null): string {
  if (volume === null) return 'none';
  return volume === 0 ? 'from the first on' : shortVolume(volume);
}
