import type { PairOutcome } from '../../../tco/model/study-outcome.ts';
import { formatPercent } from '../../../units/format.ts';
import { signedPercent } from '../../percent-text.ts';
import type { TcoCharts } from '../charts/charts-of.ts';
import { crossingSentence } from '../crossing-text.ts';
import { figuresHtml, type Pictures } from '../figure-html.ts';
import { html, type Markup } from '../html.ts';
import { tableHtml } from '../table-html.ts';
import { dash, volumeText } from '../texts.ts';
import { labelOf, type TcoView } from '../view.ts';

/** Cost over the volume, and the break-evens of every two options. */
export function volumePart(view: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const { pairs } = view.outcome;
  const table = tableHtml(
    'Every two options, the one that costs less at the study’s demand first; volumes in requests a day of the first year',
    [
      { title: 'A against B' },
      { title: 'cost of A over B − 1', numeric: true },
      { title: 'first break-even', unit: 'requests/day', numeric: true },
      { title: 'persistent break-even', unit: 'requests/day', numeric: true },
      { title: 'break-even utilisation', numeric: true },
      { title: 'in words' },
    ],
    pairs.map((pair) => ({
      head: `${labelOf(view, pair.a)} against ${labelOf(view, pair.b)}`,
      cells: [
        signedPercent(pair.difference),
        breakEven(pair.crossing.first),
        breakEven(pair.crossing.persistent),
        utilisation(pair),
        html`<span class="words">${crossingSentence(view, pair)}</span>`,
      ],
    })),
  );
  return html`${figuresHtml(charts.volumes, pictures)}${pairs.length === 0 ? null : table}`;
}

function breakEven(volume: number | null): string {
  if (volume === null) return 'none';
  return volume === 0 ? 'from the first on' : volumeText(volume);
}

function utilisation({ breakEvenUtilisation }: PairOutcome): string {
  return breakEvenUtilisation === null ? dash : formatPercent(breakEvenUtilisation);
}
