import type { GateReport } from '../../gate/gate-report.ts';
import { html, type Markup } from '../tco-page/html.ts';

/** The words of the page, and how its figures were found. */
export function termsMarkup({ settings }: GateReport): Markup {
  const terms: readonly (readonly [string, string])[] = [
    [
      'pair',
      'One fresh process of each version, which version goes first being shuffled and balanced. Pairs are the independent samples; what one process repeats is not.',
    ],
    [
      'change, interval',
      `The estimate of Hodges and Lehmann for head / base − 1, with the interval of the signed-rank test; of the sign test where outliers are many, which the row says. Rows are looked at with ${settings.looks.join(', ')} valid pairs, each look having an equal part of ${settings.alpha}.`,
    ],
    [
      'margin',
      'By how much worse a row may be before it counts: +5 % of a latency, a throughput that is 1.05 times as small. Below its floor, a change does not count whatever its share.',
    ],
    ['finds from', 'A change that is so much for the worse would have been found in 4 of 5 gates like this one.'],
    [
      'noise',
      'What the machine alone makes of two equal versions, from processes of one version set against each other: 95 % of such estimates lie below it. Where it exceeds the margin, the row is inconclusive.',
    ],
    ['pass', 'Not worse by the margin: the whole interval says so. It is more than “no difference was found”.'],
    [
      'regressed',
      'Worse by more than the margin, chosen among all rows (Benjamini and Hochberg), and found again by fresh processes judged on their own (Holm).',
    ],
    ['inconclusive', 'The data cannot tell. More rounds, a wider margin or a quieter machine can.'],
    [
      'invalid',
      'What was measured says nothing about the code: answers differ, processes failed, or the machine was not the same for both.',
    ],
  ];
  return html`<dl class="terms">${terms.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>`;
}
