import { element } from './graph.ts';

const smallest = 0.05;
const largest = 3;

/** The part of the page that the drawing scrolls in, and how large the drawing is in it. */
export class Stage {
  readonly #box: HTMLElement;
  readonly #drawing: SVGSVGElement;
  readonly #width: number;
  readonly #height: number;
  #scale = 1;

  constructor(page: Document) {
    this.#box = element(page, 'stage');
    this.#drawing = element<SVGSVGElement>(page, 'drawing');
    this.#width = Number(this.#drawing.getAttribute('width'));
    this.#height = Number(this.#drawing.getAttribute('height'));
    element(page, 'in').addEventListener('click', () => this.zoom(1.25));
    element(page, 'out').addEventListener('click', () => this.zoom(0.8));
    element(page, 'fit').addEventListener('click', () => this.fit());
    this.#box.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
      },
      { passive: false },
    );
    this.#openAtTop();
  }

  /** A wide drawing opens at its middle, where its inputs are. */
  #openAtTop(): void {
    const first = this.#drawing.querySelector('#boxes > g');
    if (first !== null) this.show(first);
    this.#box.scrollTop = 0;
  }

  /** Makes the drawing so many times as large; what is in the middle stays there. */
  zoom(factor: number): void {
    const box = this.#box;
    const before = this.#scale;
    this.#scale = Math.min(largest, Math.max(smallest, before * factor));
    const middle = (start: number, size: number) => ((start + size / 2) * this.#scale) / before - size / 2;
    const [left, top] = [middle(box.scrollLeft, box.clientWidth), middle(box.scrollTop, box.clientHeight)];
    this.#drawing.setAttribute('width', String(this.#width * this.#scale));
    this.#drawing.setAttribute('height', String(this.#height * this.#scale));
    [box.scrollLeft, box.scrollTop] = [left, top];
  }

  /** The whole width in view, or the whole drawing where that leaves boxes readable. */
  fit(): void {
    const byWidth = Math.min(1, this.#box.clientWidth / this.#width);
    const whole = Math.min(byWidth, this.#box.clientHeight / this.#height);
    this.zoom((whole >= 0.5 ? whole : byWidth) / this.#scale);
  }

  /** Scrolls only where a box is not in view. */
  reveal(box: Element, covered: number): void {
    const [inner, outer] = [box.getBoundingClientRect(), this.#box.getBoundingClientRect()];
    const isInView =
      inner.top >= outer.top + 8 &&
      inner.bottom <= Math.min(outer.bottom, innerHeight - covered) - 8 &&
      inner.left >= outer.left &&
      inner.right <= outer.right;
    if (!isInView) this.show(box, covered);
  }

  /** Brings a box to the middle; `covered` pixels at the lower end of the window are hidden behind something. */
  show(box: Element, covered = 0): void {
    const [inner, outer] = [box.getBoundingClientRect(), this.#box.getBoundingClientRect()];
    const visible = Math.min(outer.bottom, innerHeight - covered) - outer.top;
    this.#box.scrollLeft += (inner.left + inner.right) / 2 - (outer.left + outer.right) / 2;
    this.#box.scrollTop += (inner.top + inner.bottom) / 2 - (outer.top + Math.max(60, visible) / 2);
  }
}
