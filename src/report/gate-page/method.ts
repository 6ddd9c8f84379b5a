import type { GateReport } from '../../gate/gate-report.ts';
import { html, type Markup } from '../tco-page/html.ts';

/** The words of the page, and how its figures were found. */
export function termsMarkup({ settings, measured }: GateReport): Markup {
  const terms: readonly Term[] = [
    ...(measured === undefined ? inTurns(settings) : afterEachOther(settings)),
    ...always,
  ];
  return html`<dl class="terms">${terms.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>`;
}

type Term = readonly [term: string, meaning: string];

/** Of versions that took turns. */
function inTurns(settings: GateReport['settings']): Term[] {
  return [
    [
      'pair',
      'One fresh process of each version, which version goes first being shuffled and balanced. Pairs are the independent samples; what one process repeats is not.',
    ],
    [
      'change, interval',
      `The estimate of Hodges and Lehmann for head / base − 1, with the interval of the signed-rank test; of the sign test where outliers are many, which the row says. Rows are looked at with ${settings.looks.join(', ')} valid pairs, each look having an equal part of ${settings.alpha}.`,
    ],
    [
      'noise',
      'What the machine alone makes of two equal versions, from processes of one version set against each other: 95 % of such estimates lie below it. Where it exceeds the margin, the row is inconclusive.',
    ],
    [
      'regressed',
      'Worse by more than the margin, chosen among all rows (Benjamini and Hochberg), and found again by fresh processes judged on their own (Holm).',
    ],
  ];
}

/** Of two stored runs. */
function afterEachOther(settings: GateReport['settings']): Term[] {
  return [
    [
      'round',
      'One fresh process of a version. Rounds are the independent samples; those of base were measured in one run and those of head in another, so that what the machine did in between is in every change.',
    ],
    [
      'change, interval',
      `The estimate of Hodges and Lehmann for head / base − 1 with the exact interval of the rank-sum test (level ${1 - settings.alpha}), made wider on both sides by the noise.`,
    ],
    [
      'noise',
      'What the machine drifted within the runs: how far the first and the last half of either run lie apart, times the root of 2, as whole runs lie further apart.',
    ],
    [
      'regressed',
      'Worse by more than the margin, and still so among all rows (Holm). Where all rows moved the same way, none is said to have regressed, as another state of the machine looks like that.',
    ],
  ];
}

const always: readonly Term[] = [
  [
    'margin',
    'By how much worse a row may be before it counts: +5 % of a latency, a throughput that is 1.05 times as small. Below its floor, a change does not count whatever its share.',
  ],
  ['finds from', 'A change that is so much for the worse would have been found in 4 of 5 gates like this one.'],
  ['pass', 'Not worse by the margin: the whole interval says so. It is more than “no difference was found”.'],
  ['inconclusive', 'The data cannot tell. More rounds, a wider margin or a quieter machine can.'],
  [
    'invalid',
    'What was measured says nothing about the code: answers differ, processes failed, or the machine was not the same for both.',
  ],
];
