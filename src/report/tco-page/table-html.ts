import { type Content, html, type Markup } from './html.ts';

export interface Column {
  readonly title: Content;
  /** Small, behind the title. */
  readonly unit?: string;
  readonly numeric?: boolean;
}

export interface Row {
  readonly head: Content;
  readonly cells: readonly Content[];
  /** Class of the row. */
  readonly tone?: string;
}

/** A table whose first column names its rows. What is wider than its place scrolls within it; `dense`: many narrow columns. */
export function tableHtml(
  caption: string,
  columns: readonly Column[],
  rows: readonly Row[],
  kind: 'plain' | 'dense' = 'plain',
): Markup {
  return html`<p class="caption">${caption}</p>
<div class="table${kind === 'dense' ? ' dense' : ''}" role="region" aria-label="${caption}" tabindex="0">
<table aria-label="${caption}">
<thead><tr>${columns.map(({ title, unit = '', numeric = false }) => html`<th scope="col"${numeric ? html` class="number"` : null}><bdi>${title}</bdi>${unit === '' ? null : html` <small>${unit}</small>`}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ head, cells, tone = '' }) =>
    html`<tr${tone === '' ? null : html` class="${tone}"`}><th scope="row"><bdi>${head}</bdi></th>${cells.map(
      (cell, index) =>
        html`<td${columns[index + 1]?.numeric === true ? html` class="number"` : null}><bdi>${cell}</bdi></td>`,
    )}</tr>
`,
)}</tbody>
</table>
</div>`;
}
