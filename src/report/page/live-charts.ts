import { expressionInterpreter } from 'vega-interpreter';
import { isStruckLabel } from '../marks.ts';
import { Tooltip } from './tooltip.ts';

/** The part of vega that is used; its bundle for browsers stands before this script and is the global `vega`. */
interface Vega {
  readonly Error: number;
  parse(spec: unknown, theme: unknown, options: { ast: boolean }): unknown;
  readonly View: new (runtime: unknown, options: Record<string, unknown>) => View;
}

interface View {
  width(width: number): View;
  tooltip(handler: (handler: unknown, event: MouseEvent, item: unknown, value: unknown) => void): View;
  runAsync(): Promise<View>;
  finalize(): void;
}

interface Charts {
  readonly theme: unknown;
  readonly charts: Readonly<Record<string, unknown>>;
}

/**
 * Puts a live chart in the place of each picture that comes into view. A chart that cannot be shown live stays a picture.
 * Expressions are interpreted, not compiled, so that the page's policy can refuse `eval`; the loader refuses every address.
 */
export function liveCharts(page: Document): void {
  const vega = (globalThis as { vega?: Vega }).vega;
  const data = page.getElementById('dyno-charts')?.textContent;
  if (vega === undefined || data === null || data === undefined || !('IntersectionObserver' in globalThis)) return;
  const { theme, charts } = JSON.parse(data) as Charts;
  const tooltip = new Tooltip(page);
  const views = new Map<Element, View>();

  const resized = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const view = views.get(target);
      if (view === undefined || contentRect.width === 0) continue;
      void view
        .width(chartWidth(contentRect.width))
        .runAsync()
        .then(() => strikeOut(target));
    }
  });
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        seen.unobserve(target);
        const spec = charts[target.dataset.chart ?? ''];
        if (spec === undefined) continue;
        show(vega, theme, spec, target, tooltip)
          .then((view) => {
            views.set(target, view);
            resized.observe(target);
          })
          .catch((error: unknown) => console.warn('The live chart could not be shown; its picture stays.', error));
      }
    },
    { rootMargin: '300px' },
  );
  for (const plot of page.querySelectorAll('.plot[data-chart]')) seen.observe(plot);
}

async function show(vega: Vega, theme: unknown, spec: unknown, plot: HTMLElement, tooltip: Tooltip): Promise<View> {
  const refused = () => Promise.reject(new Error('The page loads nothing.'));
  // Drawn beside the picture and swapped in when it is ready, so that nothing flickers and a failure leaves the picture.
  const stage = plot.ownerDocument.createElement('div');
  const view = new vega.View(vega.parse(spec, theme, { ast: true }), {
    expr: expressionInterpreter,
    loader: { load: refused, sanitize: refused, http: refused, file: refused },
    renderer: 'svg',
    container: stage,
    hover: true,
    logLevel: vega.Error,
  });
  view.tooltip((_handler, event, _item, value) => tooltip.show(event, value));
  await view.width(chartWidth(plot.clientWidth)).runAsync();
  // The figure has a title and a text for screen readers; the parts of the drawing would only repeat it mark by mark.
  for (const part of stage.querySelectorAll('[role], [aria-label], [aria-roledescription]')) {
    part.removeAttribute('role');
    part.removeAttribute('aria-label');
    part.removeAttribute('aria-roledescription');
  }
  strikeOut(stage);
  plot.replaceChildren(stage);
  plot.classList.add('live');
  return view;
}

/** Vega has no struck out text; the pictures have it already. */
function strikeOut(stage: Element): void {
  for (const text of stage.querySelectorAll('text')) {
    if (isStruckLabel(text.textContent ?? '')) text.setAttribute('text-decoration', 'line-through');
  }
}

function chartWidth(available: number): number {
  return Math.max(220, Math.min(Math.floor(available), 560));
}
