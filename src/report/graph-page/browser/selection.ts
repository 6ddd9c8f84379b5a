import { detailsOf } from './details.ts';
import { element, type Graph } from './graph.ts';
import type { Stage } from './stage.ts';

/** The box that was chosen: marked in the drawing with its edges, described beside it. */
export class Selection {
  readonly #page: Document;
  readonly #graph: Graph;
  readonly #stage: Stage;
  readonly #details: HTMLElement;
  #box: number | null = null;

  constructor(page: Document, graph: Graph, stage: Stage) {
    [this.#page, this.#graph, this.#stage] = [page, graph, stage];
    this.#details = element(page, 'details');
  }

  get box(): number | null {
    return this.#box;
  }

  /** `scroll`: brings it to the middle. `stay`: scrolls only where it is out of view. */
  choose(box: number, how: 'scroll' | 'stay'): void {
    const drawn = this.#page.getElementById(`n${box}`);
    if (drawn === null) return;
    this.#unmark();
    this.#box = box;
    drawn.classList.add('chosen');
    drawn.setAttribute('tabindex', '0');
    drawn.setAttribute('role', 'button');
    drawn.setAttribute('aria-label', this.#graph.nameOf(box));
    this.#lightEdges(box);
    this.#details.replaceChildren(
      ...detailsOf(
        this.#page,
        this.#graph,
        box,
        (other) => this.choose(other, 'scroll'),
        () => this.clear(),
      ),
    );
    this.#details.hidden = false;
    this.#details.scrollTop = 0;
    if (this.#details.parentElement !== null && !this.#isSheet()) this.#details.parentElement.scrollTop = 0;
    const covered = this.#isSheet() ? this.#details.getBoundingClientRect().height : 0;
    if (how === 'scroll') this.#stage.show(drawn, covered);
    else this.#stage.reveal(drawn, covered);
    drawn.focus({ preventScroll: true });
    history.replaceState(null, '', `#n${box}`);
  }

  clear(): void {
    this.#unmark();
    this.#box = null;
    this.#details.hidden = true;
    element(this.#page, 'stage').focus({ preventScroll: true });
    history.replaceState(null, '', location.pathname + location.search);
  }

  /** Whether the details lie over the drawing, as on a narrow screen. */
  #isSheet(): boolean {
    return getComputedStyle(this.#details).position === 'fixed';
  }

  #unmark(): void {
    const drawn = this.#box === null ? null : this.#page.getElementById(`n${this.#box}`);
    drawn?.classList.remove('chosen');
    drawn?.removeAttribute('tabindex');
    element(this.#page, 'lit').replaceChildren();
  }

  #lightEdges(box: number): void {
    const drawn = element(this.#page, 'edges').children;
    const lit = this.#graph.edgesOf(box).flatMap((edge) => drawn[edge]?.cloneNode() ?? []);
    element(this.#page, 'lit').replaceChildren(...lit);
  }
}
