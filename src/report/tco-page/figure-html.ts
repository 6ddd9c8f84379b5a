import type { Chart } from '../charts/figure.ts';
import { swatch } from '../legend-swatch.ts';
import { type Content, html, type Markup, trusted } from './html.ts';

/** Drawn pictures by the id of their chart; in the browser there are none, and the script fills the places. */
export type Pictures = ReadonlyMap<string, string>;

export const noPictures: Pictures = new Map();

/** A chart with its title, its legend, and what it shows in words. */
export function figureHtml(chart: Chart, pictures: Pictures): Markup {
  const { id, title, provenance, legend, summary } = chart;
  return html`<figure class="chart" aria-labelledby="${id}-title" aria-describedby="${id}-summary">
<figcaption><h3 id="${id}-title"><bdi>${title}</bdi></h3><span class="provenance">${provenance}</span></figcaption>
${legend.length === 0 ? null : html`<ul class="legend">${legend.map((entry) => html`<li><svg width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">${trusted(swatch(entry))}</svg><bdi>${entry.label}</bdi></li>`)}</ul>`}
<div class="plot" data-chart="${id}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-summary">${trusted(pictures.get(id) ?? '')}</div>
<p class="summary" id="${id}-summary"><bdi>${summary}</bdi></p>
</figure>`;
}

/** Charts side by side. */
export function figuresHtml(charts: readonly Chart[], pictures: Pictures): Markup | null {
  return charts.length === 0
    ? null
    : html`<div class="charts${charts.length > 2 && charts.length !== 4 ? ' columns-3' : ''}">${charts.map((chart) => figureHtml(chart, pictures))}</div>`;
}

/** A table with a column an option fits beside a chart up to so many. */
const mostColumnsBeside = 4;

/** Where a table with a column an option goes. */
export function placeOfTable({ options }: { readonly options: readonly unknown[] }): 'beside' | 'below' {
  return options.length > mostColumnsBeside ? 'below' : 'beside';
}

/** A chart with what belongs to it beside it, below it on narrow screens. */
export function besideHtml(
  chart: Chart | null,
  pictures: Pictures,
  content: Content,
  place: 'beside' | 'below' = 'beside',
): Markup {
  if (chart === null) return html`${content}`;
  return html`<div class="beside${place === 'below' ? ' wide' : ''}">${figureHtml(chart, pictures)}<div>${content}</div></div>`;
}
