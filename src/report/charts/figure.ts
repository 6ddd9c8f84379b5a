import type { ChartSpec } from '../draw.ts';

/** A group of charts that answer one question, one chart for each panel. */
export interface Figure {
  readonly id: string;
  readonly heading: string;
  /** One or two sentences: what is drawn, and how to read it. */
  readonly lead: string;
  readonly charts: readonly Chart[];
  /** What the charts leave out and where it is. */
  readonly notes: readonly string[];
}

export interface Chart {
  /** Unique within the page, letters, digits and hyphens only. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in a sentence, for those who do not see it. */
  readonly summary: string;
  readonly legend: readonly LegendEntry[];
  /** What the numbers in the chart stand for, from 1 on; empty where there are none. */
  readonly numbered: readonly string[];
  /** Where the figures are from: `measured, run A`. */
  readonly provenance: string;
  readonly spec: ChartSpec;
}

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly shape: 'line' | 'square' | 'dot' | 'ring' | 'diamond' | 'tick' | 'cross' | 'triangle';
  /** Dash pattern of a line, such as `5 3`; empty for a solid one. */
  readonly dash: string;
}

/** The title of a y axis in rows is left out: the rows say what they are. */
export const rowAxis = { title: null, ticks: false, domain: false, grid: false, labelLimit: 200 } as const;

/** Height of a chart with one row a case: room for the axis below, and `step` pixels a row. */
export function rowsHeight(rows: number, step = 24): number {
  return rows * step + 44;
}

/** Opacity of a mark: that of the rows whose `struck` is true is a fraction of `full`, so that what is invalid steps back. */
export function faintIfStruck(full = 1) {
  return { condition: { test: 'datum.struck', value: full * 0.35 }, value: full } as const;
}

/** Settings that all charts share: their size is the whole picture's, so that the live view can be given another width. */
export const fitted = { autosize: { type: 'fit', contains: 'padding' }, background: 'transparent' } as const;
