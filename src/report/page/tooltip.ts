/** The one tooltip of the page: names and values of the mark under the pointer. */
export class Tooltip {
  readonly #box: HTMLElement;
  readonly #page: Document;

  constructor(page: Document) {
    this.#page = page;
    this.#box = page.createElement('div');
    this.#box.className = 'tip';
    this.#box.hidden = true;
    this.#box.setAttribute('aria-hidden', 'true');
    page.body.append(this.#box);
  }

  /** Shows `value` (an object: name → text) beside the pointer; hides for anything else. */
  show(event: MouseEvent, value: unknown): void {
    if (typeof value !== 'object' || value === null) {
      this.#box.hidden = true;
      return;
    }
    const list = this.#page.createElement('dl');
    for (const [name, text] of Object.entries(value)) {
      const term = this.#page.createElement('dt');
      term.textContent = name;
      const definition = this.#page.createElement('dd');
      definition.textContent = String(text);
      list.append(term, definition);
    }
    this.#box.replaceChildren(list);
    this.#box.hidden = false;
    const { scrollX, scrollY, innerWidth } = this.#page.defaultView ?? { scrollX: 0, scrollY: 0, innerWidth: 0 };
    const { width } = this.#box.getBoundingClientRect();
    const left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 12));
    this.#box.style.left = `${left + scrollX}px`;
    this.#box.style.top = `${event.clientY + 16 + scrollY}px`;
  }
}
