import type { Config } from 'vega';

/**
 * Colours are variables of the page's style sheet, so that one picture serves light, dark and print. The hues are Okabe and Ito's
 * set for colour-blind readers ("Color Universal Design", 2008), darkened or lightened for contrast in `styles/`.
 */
export const color = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  grid: 'var(--grid)',
  surface: 'var(--surface)',
  fused: 'var(--fused)',
  unfused: 'var(--unfused)',
  fusedByEngine: 'var(--fused-by-engine)',
  fusedByGraph: 'var(--fused-by-graph)',
  other: 'var(--other)',
  preprocess: 'var(--preprocess)',
  inference: 'var(--inference)',
  postprocess: 'var(--postprocess)',
  load: 'var(--load)',
  first: 'var(--first)',
  limit: 'var(--limit)',
} as const;

/** Kinds of fusion in the order in which charts and legends have them; `other` is what this version does not know. */
export const fusionGroups = ['on', 'engine', 'graph', 'off', 'other'] as const;

export type FusionGroup = (typeof fusionGroups)[number];

/** Fusion has the same colours in every chart of every report. */
export const fusionHue: Readonly<Record<FusionGroup, string>> = {
  on: color.fused,
  engine: color.fusedByEngine,
  graph: color.fusedByGraph,
  off: color.unfused,
  other: color.other,
};

/** The same as the scale of a chart. */
export const fusionColor = { domain: [...fusionGroups], range: fusionGroups.map((group) => fusionHue[group]) };

/** Dash patterns that tell lines of one colour apart. */
export const dashes: readonly (readonly number[])[] = [[], [5, 3], [1.5, 2.5], [8, 3, 1.5, 3], [12, 3], [3, 6]];

/** Width at which pictures are drawn; the page scales them, and the live view takes the width that there is. */
export const chartWidth = 400;

const font = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif';

/** House style of all charts, for vega (compiled specifications), on the server and in the page. */
export const drawnTheme: Config = {
  padding: { left: 2, right: 8, top: 6, bottom: 2 },
  axis: {
    labelFont: font,
    titleFont: font,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    labelColor: color.muted,
    titleColor: color.muted,
    titlePadding: 8,
    labelPadding: 5,
    domainColor: color.line,
    tickColor: color.line,
    tickSize: 4,
    gridColor: color.grid,
    labelLimit: 150,
  },
  text: { font },
  style: {
    cell: { stroke: 'transparent' },
    'guide-label': { font, fontSize: 11 },
    'guide-title': { font, fontSize: 11 },
  },
};
