import type { PagePart } from '../page-contract.ts';

/** The pieces of the page that follow from the figures. */
export class LiveParts {
  readonly #places = new Map<string, HTMLElement>();
  readonly #shown = new Map<string, string>();

  constructor(page: Document) {
    for (const place of page.querySelectorAll<HTMLElement>('[data-part]')) {
      this.#places.set(place.dataset.part ?? '', place);
    }
  }

  /** Puts a part in its place, unless it is there. Charts stay as they were drawn until they are drawn anew. */
  show({ id, html }: PagePart): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    place.classList.remove('outdated');
    place.removeAttribute('aria-busy');
    if (this.#shown.get(id) === html) return;
    this.#shown.set(id, html);
    const open = [...place.querySelectorAll('details')].map((one) => one.open);
    const scrolled = [...place.querySelectorAll('.table')].map((one) => one.scrollLeft);
    const plots = new Map([...place.querySelectorAll<HTMLElement>('.plot')].map((one) => [one.dataset.chart, one]));

    // Parsed apart, where nothing in it runs or loads; the policy of the page refuses both anyway.
    const template = place.ownerDocument.createElement('template');
    template.innerHTML = html;
    place.replaceChildren(template.content);

    for (const plot of place.querySelectorAll<HTMLElement>('.plot')) {
      const before = plots.get(plot.dataset.chart);
      if (before === undefined) continue;
      plot.replaceChildren(...before.childNodes);
      plot.className = before.className;
    }
    for (const [index, one] of [...place.querySelectorAll('details')].entries()) one.open = open[index] ?? one.open;
    for (const [index, one] of [...place.querySelectorAll('.table')].entries()) one.scrollLeft = scrolled[index] ?? 0;
  }

  /** Marks a part as one that shows what was before. */
  outdate({ id }: PagePart): void {
    this.#places.get(id)?.classList.add('outdated');
    this.#places.get(id)?.setAttribute('aria-busy', 'true');
  }
}
