import type { LegendEntry } from '../charts/figure.ts';

/** A part of the page below the answer. The template reads every field, so none is optional. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  /** Class of the element: what kind of content it has. */
  readonly kind: 'figures' | 'tables' | 'failures';
  readonly lead: string;
  /** Charts stand in this many columns on a wide screen where it is not 0. */
  readonly columns: number;
  readonly charts: readonly DrawnChart[];
  readonly failures: readonly Failure[];
  readonly tables: readonly Table[];
  readonly lists: readonly { readonly heading: string; readonly items: readonly string[] }[];
  readonly notes: readonly string[];
}

/** A chart with its picture. */
export interface DrawnChart {
  readonly id: string;
  readonly title: string;
  readonly provenance: string;
  readonly legend: readonly (LegendEntry & { readonly swatch: string; readonly struck: boolean })[];
  readonly svg: string;
  readonly numbered: readonly string[];
  readonly summary: string;
  /** The text is long: the page folds it away. */
  readonly long: boolean;
}

/** A case that did not end well. */
export interface Failure {
  readonly case: string;
  readonly status: string;
  /** Where memory ran out: what was needed and what there was; empty elsewhere. */
  readonly memory: string;
  readonly message: string;
  readonly facts: string;
  /** What errors like this mean and what to do; both empty where nothing is known of it. */
  readonly meaning: string;
  readonly remedy: string;
  readonly tail: string;
}

export interface Table {
  readonly caption: string;
  /** Can be sorted and filtered in the page. */
  readonly interactive: boolean;
  /** Text of the line that unfolds the table; empty: it is open. */
  readonly folded: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly { readonly tone: string; readonly cells: readonly Cell[] }[];
}

export interface TableColumn {
  readonly title: string;
  readonly unit: string;
  readonly numeric: boolean;
  /** The page offers its values as a filter. */
  readonly filter: boolean;
}

export interface Cell {
  readonly text: string;
  /** What the column is sorted by where that is not the text; empty otherwise. */
  readonly sort: string;
  /** Shown when the pointer rests on the cell. */
  readonly note: string;
  readonly tone: string;
  /** Names its row. */
  readonly head: boolean;
}

export function section(id: string, heading: string, content: Partial<Section>): Section {
  return {
    id,
    heading,
    kind: 'tables',
    lead: '',
    columns: 0,
    charts: [],
    failures: [],
    tables: [],
    lists: [],
    notes: [],
    ...content,
  };
}

export function table(
  caption: string,
  columns: readonly TableColumn[],
  rows: Table['rows'],
  options: { interactive?: boolean; folded?: string } = {},
): Table {
  return { caption, columns, rows, interactive: options.interactive ?? false, folded: options.folded ?? '' };
}

export function column(
  title: string,
  options: { unit?: string; numeric?: boolean; filter?: boolean } = {},
): TableColumn {
  return { title, unit: options.unit ?? '', numeric: options.numeric ?? false, filter: options.filter ?? false };
}

export function cell(text: string, options: { sort?: string | number; note?: string; tone?: string } = {}): Cell {
  return {
    text,
    sort: options.sort === undefined ? '' : String(options.sort),
    note: options.note ?? '',
    tone: options.tone ?? '',
    head: false,
  };
}

export function headCell(text: string, note = ''): Cell {
  return { text, sort: '', note, tone: '', head: true };
}

export function row(cells: readonly Cell[], tone = ''): Table['rows'][number] {
  return { tone, cells };
}
