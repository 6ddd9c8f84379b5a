import type { Spec } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { drawnTheme } from './charts/theme.ts';
import { standingMark } from './marks.ts';
import { textWidth } from './text-width.ts';

/** A chart as a vega-lite specification. User text stands in it only as data, never as a field name or in an expression. */
export type ChartSpec = TopLevelSpec;

/** A chart that is ready for the page: as a picture, and compiled for the live view. */
export interface Drawn {
  readonly svg: string;
  readonly vega: Spec;
}

/** Draws charts one after another. Loads vega and vega-lite (0.3 s), which nothing else imports. */
export async function loadDrawing(): Promise<(id: string, spec: ChartSpec) => Promise<Drawn>> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  measureTexts(vega);
  // A chart has all its data in it. What would fetch something is refused, whatever the data says.
  const refused = () => Promise.reject(new Error('A chart of a report loads nothing.'));
  const loader = { load: refused, sanitize: refused, http: refused, file: refused, options: {} };
  return async (id, spec) => {
    const compiled = vegaLite.compile(spec).spec;
    const view = new vega.View(vega.parse(compiled, drawnTheme), { renderer: 'none', loader, logLevel: vega.Error });
    try {
      return { svg: tidySvg(await view.toSVG(), id), vega: compiled };
    } finally {
      view.finalize();
    }
  };
}

/** A text that is drawn: its size in pixels, and the width at which it is cut off, none where it is 0. */
interface TextItem {
  readonly fontSize?: number;
  readonly limit?: number;
}

/**
 * Without a canvas, vega takes every character for 0.8 of its height, half as much again as it is: labels were cut off where there was room, until two
 * of them were alike.
 */
function measureTexts(vega: object): void {
  const { textMetrics } = vega as { textMetrics: { width: (item: TextItem, text: unknown) => number } };
  textMetrics.width = ({ fontSize = 11, limit = 0 }, text) => {
    const width = textWidth(String(text ?? '').trim(), fontSize);
    return limit > 0 ? Math.min(width, limit) : width;
  };
}

/**
 * The SVG as the page has it: ids of clip paths and gradients come from a counter of the process, so they are renumbered under
 * the chart's own id (equal input, equal bytes; no clash between charts); coordinates have two decimals; the empty paths and
 * the roles of every mark, which a screen reader would read one by one, are left out: the figure has a text of its own. Labels of
 * invalid cases are struck out.
 */
export function tidySvg(svg: string, id: string): string {
  const ids = new Map<string, string>();
  const renamed = (name: string) => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const fresh = `${id}-${ids.size}`;
    ids.set(name, fresh);
    return fresh;
  };
  const tidied = svg.replace(/<[^>]*>/g, (tag) => {
    // Wide invisible marks are there for the pointer, which only the live view has.
    if (/^<path [^>]*(?<!-)\bopacity="0"/.test(tag)) return '';
    if (/^<path class="(?:background|foreground)"[^>]*(?:d=""|h0v0h0Z)/.test(tag)) return '';
    return tag
      .replace(/ (?:role|aria-[a-z]+|pointer-events|class)="[^"]*"/g, '')
      .replace(/ (?:opacity="1"|stroke-width="1")/g, '')
      .replace(/ id="((?:clip|gradient)[^"]*)"/g, (_all, name: string) => ` id="${renamed(name)}"`)
      .replace(/url\(#([^)]*)\)/g, (_all, name: string) => `url(#${renamed(name)})`)
      .replace(/ (?:d|transform|x|y|x1|x2|y1|y2|width|height|viewBox)="[^"]*"/g, (attribute) =>
        attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (digits) => String(round(Number(digits)))),
      );
  });
  return tidied.replaceAll(struckText, '<text$1 text-decoration="line-through">$2');
}

/** A text element that begins with the mark of what is invalid. */
const struckText = new RegExp(`<text([^>]*)>(${standingMark.invalid} )`, 'g');

function round(value: number): number {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}
