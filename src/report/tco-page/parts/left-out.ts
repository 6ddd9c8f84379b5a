import { html, type Markup } from '../html.ts';
import { tableHtml } from '../table-html.ts';
import { listText } from '../texts.ts';
import { labelOf, type TcoView } from '../view.ts';

/** The boundary of the study: what no figure of it counts. */
export function leftOutMarkup(view: TcoView): Markup {
  const { leftOut, model } = view.study;
  if (leftOut.length === 0) return html`<p class="note">Nothing that this model knows of is left out.</p>`;
  const byOption = model.options.map(({ name }) => ({
    name,
    parts: leftOut.filter(({ option }) => option === name).map(({ what }) => what),
  }));
  const ofAll = (byOption[0]?.parts ?? []).filter((what) => byOption.every(({ parts }) => parts.includes(what)));
  return tableHtml(
    'Not counted, by option; what an option cannot have, such as traffic out of the cloud of own machines, is not listed',
    [{ title: 'option' }, { title: 'not counted' }],
    [
      ...byOption.flatMap(({ name, parts }) => {
        const own = parts.filter((what) => !ofAll.includes(what));
        return own.length === 0 ? [] : [{ head: labelOf(view, name), cells: [listText(own)] }];
      }),
      ...(ofAll.length === 0 ? [] : [{ head: 'all of them', cells: [listText(ofAll)] }]),
    ],
  );
}
