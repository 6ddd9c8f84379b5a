import { chartWidth, showLiveChart, strikeOut, type View, vegaOfPage } from './live-chart.ts';
import { Tooltip } from './tooltip.ts';

interface Charts {
  readonly theme: unknown;
  readonly charts: Readonly<Record<string, unknown>>;
}

/**
 * Puts a live chart in the place of each picture that comes into view. A chart that cannot be shown live stays a picture.
 */
export function liveCharts(page: Document): void {
  const vega = vegaOfPage();
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
        showLiveChart(vega, theme, spec, target, tooltip)
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
