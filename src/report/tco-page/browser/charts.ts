import { compile } from 'vega-lite';
import type { ChartSpec } from '../../draw.ts';
import { chartWidth, showLiveChart, type Vega, type View, vegaOfPage } from '../../page/live-chart.ts';
import { Tooltip } from '../../page/tooltip.ts';
import type { ChartsOf, TcoPageData } from '../page-contract.ts';

type Charts = ReturnType<ChartsOf>;

/** The charts of the page: pictures become live when they come into view, and all are drawn anew when figures change. */
export class LiveCharts {
  readonly #page: Document;
  readonly #theme: TcoPageData['theme'];
  readonly #tooltip: Tooltip;
  readonly #views = new Map<Element, View>();
  readonly #seen: IntersectionObserver;
  readonly #resized: ResizeObserver;
  #charts: Charts = [];
  /** Counts what was asked for: a chart of an older turn is not drawn any more. */
  #turn = 0;

  constructor(page: Document, theme: TcoPageData['theme']) {
    [this.#page, this.#theme, this.#tooltip] = [page, theme, new Tooltip(page)];
    this.#resized = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        if (contentRect.width > 0) void this.#views.get(target)?.width(chartWidth(contentRect.width)).runAsync();
      }
    });
    this.#seen = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (isIntersecting && target instanceof HTMLElement) void this.#draw(target, this.#turn);
        }
      },
      { rootMargin: '300px' },
    );
  }

  /** Pictures that show these charts become live in their turn. */
  watch(charts: Charts): void {
    this.#charts = charts;
    for (const plot of this.#plots()) this.#seen.observe(plot);
  }

  /** Draws all charts anew, those in view first: a print shows all of them. */
  async redraw(charts: Charts): Promise<void> {
    this.#charts = charts;
    const turn = ++this.#turn;
    const distance = (plot: HTMLElement) => {
      const { top, bottom } = plot.getBoundingClientRect();
      return Math.max(0, top - globalThis.innerHeight, -bottom);
    };
    const plots = this.#plots();
    this.#forget(plots);
    for (const plot of plots.toSorted((one, other) => distance(one) - distance(other))) {
      if (turn !== this.#turn) return;
      await this.#draw(plot, turn);
      // In between, the page takes what is being typed.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  async #draw(plot: HTMLElement, turn: number): Promise<void> {
    this.#seen.unobserve(plot);
    const vega: Vega | undefined = vegaOfPage();
    const spec = this.#charts.find(({ id }) => id === plot.dataset.chart)?.spec;
    if (vega === undefined || spec === undefined) return;
    try {
      const view = await showLiveChart(vega, this.#theme, compiled(spec), plot, this.#tooltip);
      if (turn !== this.#turn || !plot.isConnected) return view.finalize();
      this.#views.get(plot)?.finalize();
      this.#views.set(plot, view);
      this.#resized.observe(plot);
    } catch (error) {
      console.warn('A chart could not be drawn; what was there stays.', error);
    }
  }

  /** Lets go of charts whose places are not in the page any more. */
  #forget(plots: readonly HTMLElement[]): void {
    for (const [plot, view] of this.#views) {
      if (plots.some((one) => one === plot)) continue;
      this.#resized.unobserve(plot);
      view.finalize();
      this.#views.delete(plot);
    }
  }

  #plots(): HTMLElement[] {
    return [...this.#page.querySelectorAll<HTMLElement>('.plot[data-chart]')];
  }
}

function compiled(spec: ChartSpec): unknown {
  return compile(spec).spec;
}
