import type { Assumption } from '../../../tco/model/study-data.ts';
import { displayName, displayText } from '../../display-name.ts';
import { html, type Markup } from '../html.ts';
import { rangeText } from '../range-text.ts';
import { countText, dash, figureText } from '../texts.ts';
import type { TcoView } from '../view.ts';

/** All figures that the study rests on: those without a source first, because they are to be confirmed before anything is signed. */
export function assumptionsMarkup({ study }: TcoView): Markup {
  const guessed = study.assumptions.filter(({ source }) => source === null);
  const sourced = study.assumptions.filter(({ source }) => source !== null);
  return html`<p class="note when-live" hidden>Every value is a field: change one, and the whole page follows. Nothing leaves this page; the file stays as it is.</p>${
    guessed.length === 0
      ? html`<p class="notice good">Every figure of this study has a source.</p>`
      : html`<h3 class="apart">To be confirmed: ${countText(guessed.length, 'figure')} without a source</h3>
<p class="note">Guesses of whoever wrote the study. Ask for them before you decide; the sensitivity below shows which of them matter.</p>${assumptionTable('Figures without a source', guessed, 'guessed')}`
  }${sourced.length === 0 ? null : sourcedMarkup(sourced)}`;
}

/** More figures with a source than that fold away: what is to be decided comes before what is known. */
const mostUnfolded = 12;

function sourcedMarkup(sourced: readonly Assumption[]): Markup {
  const title = `${countText(sourced.length, 'figure')} with a source`;
  const table = assumptionTable('Figures with a source', sourced, 'sourced');
  if (sourced.length <= mostUnfolded) return html`<h3 class="apart">${title}</h3>${table}`;
  return html`<details class="folded apart"><summary>${title}</summary>${table}</details>`;
}

function assumptionTable(caption: string, assumptions: readonly Assumption[], kind: string): Markup {
  return html`<div class="table assumptions ${kind}" role="region" aria-label="${caption}" tabindex="0">
<table aria-label="${caption}">
<thead><tr><th scope="col">figure</th><th scope="col">value</th><th scope="col">range</th><th scope="col">source</th><th scope="col">date</th><th scope="col">in the file</th></tr></thead>
<tbody>
${assumptions.map(assumptionRow)}</tbody>
</table>
</div>`;
}

function assumptionRow(figure: Assumption): Markup {
  const { name, title, owner, unit, value, source, date, where } = figure;
  return html`<tr data-figure="${name}"><th scope="row">${title}<small class="quiet owner"><bdi>${owner === null ? 'the whole study' : displayName(owner, 48)}</bdi></small></th><td data-value data-label="value">${shownValue(figure, value)}${unit === '' ? null : html` <small>${unit}</small>`}</td><td data-range data-label="range">${rangeMarkup(figure)}</td><td class="words" data-source data-label="source"><bdi>${source === null ? 'none: a guess' : displayText(source, 600)}</bdi></td><td data-label="date">${date ?? dash}</td><td class="quiet" data-label="in the file"><bdi>${lineText(where)}</bdi></td></tr>
`;
}

/** How uncertain a figure is taken to be. */
export function rangeMarkup(figure: Assumption): Markup {
  const { low, high, distribution } = figure;
  if (low === null || high === null) return html`taken as certain`;
  const range = rangeText({ ...figure, unit: '' }, ...ends(low, high));
  return html`${range}${distribution === null ? null : html` <small class="quiet shape">${distribution.kind}</small>`}`;
}

function shownValue(figure: Assumption, value: number): string {
  return figureText(figure, Number(value.toPrecision(8)));
}

function ends(low: number, high: number): [number, number] {
  return [Number(low.toPrecision(5)), Number(high.toPrecision(5))];
}

/** `line 12`; the page names the file once, at its end. */
function lineText(where: string): string {
  const [, line] = /:(\d+)(?::\d+)?$/.exec(where) ?? [];
  return line === undefined ? displayName(where, 40) : `line ${line}`;
}
