import { element, type Graph } from './graph.ts';
import type { Selection } from './selection.ts';

/** The search field: marks every box with a node or value that has all of the words, and goes from one to the next. */
export class Search {
  readonly #page: Document;
  readonly #selection: Selection;
  readonly #field: HTMLInputElement;
  readonly #texts: readonly string[];
  #found: number[] = [];

  constructor(page: Document, graph: Graph, selection: Selection) {
    [this.#page, this.#selection] = [page, selection];
    this.#field = element<HTMLInputElement>(page, 'search');
    this.#texts = graph.boxes.map(({ n: members, v: value }) => {
      const places = members.flatMap((node) => [...(graph.nodes[node]?.i ?? []), ...(graph.nodes[node]?.u ?? [])]);
      const values = value === undefined ? places : [...places, value];
      const nodes = members.map((node) => `${graph.nodes[node]?.o} ${graph.nodes[node]?.n}`);
      return [...nodes, ...values.map((place) => graph.values[place]?.[0] ?? '')].join('\n').toLowerCase();
    });
    this.#field.addEventListener('input', () => this.#look());
    this.#field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.#step(event.shiftKey ? -1 : 1);
      // The next Enter is to go on from here.
      this.#field.focus({ preventScroll: true });
    });
  }

  focus(): void {
    this.#field.focus();
    this.#field.select();
  }

  #look(): void {
    for (const box of this.#found) this.#page.getElementById(`n${box}`)?.classList.remove('hit');
    const words = this.#field.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const fits = (text: string) => words.length > 0 && words.every((word) => text.includes(word));
    this.#found = [...this.#texts.keys()].filter((box) => fits(this.#texts[box] ?? ''));
    for (const box of this.#found) this.#page.getElementById(`n${box}`)?.classList.add('hit');
    const count = this.#found.length;
    element(this.#page, 'found').textContent =
      words.length === 0 ? '' : count === 0 ? 'nothing found' : `${count} found, Enter goes to the next`;
  }

  #step(direction: 1 | -1): void {
    const count = this.#found.length;
    if (count === 0) return;
    const now = this.#found.indexOf(this.#selection.box ?? -1);
    const next = now < 0 ? (direction === 1 ? 0 : count - 1) : (now + direction + count) % count;
    this.#selection.choose(this.#found[next] ?? 0, 'scroll');
    element(this.#page, 'found').textContent = `${next + 1} of ${count}`;
  }
}
