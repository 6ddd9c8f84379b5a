import { expressionInterpreter } from 'vega-interpreter';
import { isStruckLabel } from '../marks.ts';
import type { Tooltip } from './tooltip.ts';

/** The part of vega that is used; its bundle for browsers stands before this script and is the global `vega`. */
export interface Vega {
  readonly Error: number;
  parse(spec: unknown, theme: unknown, options: { ast: boolean }): unknown;
  readonly View: new (runtime: unknown, options: Record<string, unknown>) => View;
}

export interface View {
  width(width: number): View;
  tooltip(handler: (handler: unknown, event: MouseEvent, item: unknown, value: unknown) => void): View;
  runAsync(): Promise<View>;
  finalize(): void;
}

/** undefined: the bundle is not there, or did not run. */
export function vegaOfPage(): Vega | undefined {
  return (globalThis as { vega?: Vega }).vega;
}

/**
 * Draws a chart in the place of what is in `plot`, as wide as it may be. Expressions are interpreted, not compiled, so that the page's policy
 * can refuse `eval`; the loader refuses every address.
 */
export async function showLiveChart(
  vega: Vega,
  theme: unknown,
  spec: unknown,
  plot: HTMLElement,
  tooltip: Tooltip,
): Promise<View> {
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
export function strikeOut(stage: Element): void {
  for (const text of stage.querySelectorAll('text')) {
    if (isStruckLabel(text.textContent ?? '')) text.setAttribute('text-decoration', 'line-through');
  }
}

export function chartWidth(available: number): number {
  return Math.max(220, Math.min(Math.floor(available), 560));
}
