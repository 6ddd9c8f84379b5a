import { html, type Markup } from '../html.ts';
import { tableHtml } from '../table-html.ts';
import { listText } from '../texts.ts';
import { labelOf, type TcoView } from '../view.ts';

/** The boundary of the study: what no figure of it counts. */
export function leftOutMarkup(view: TcoView): Markup {
  const names = view.study.model.options.map(({ name }) => name);
  const parts = new Map<string, string[]>();
  for (const { option, what } of view.study.leftOut) parts.set(what, [...(parts.get(what) ?? []), option]);
  if (parts.size === 0) return html`<p class="note">Nothing that this model knows of is left out.</p>`;
  const ofAll = [...parts].filter(([, options]) => options.length === names.length).map(([what]) => what);
  const ofSome = [...parts].filter(([, options]) => options.length < names.length);
  return html`${ofAll.length === 0 ? null : html`<p class="note"><strong>Of no option:</strong> ${listText(ofAll)}.</p>`}
${
  ofSome.length === 0
    ? null
    : tableHtml(
        'Counted for some options and left out of others: these compare unequally',
        [{ title: 'not counted' }, { title: 'left out of' }, { title: 'counted for' }],
        ofSome.map(([what, options]) => ({
          head: what,
          cells: [
            listText(options.map((name) => labelOf(view, name))),
            listText(names.filter((name) => !options.includes(name)).map((name) => labelOf(view, name))),
          ],
        })),
      )
}`;
}
