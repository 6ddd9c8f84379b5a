import { chartWidth, color } from '../../charts/theme.ts';

/** Height of a row: a line for its name, and the mark below it. */
export const rowStep = 40;

/** How far below the middle of a row its mark is. */
export const markOffset = 9;

/** Rows whose names stand above their marks, so that long names leave the marks their room. Rows are named `r0`, `r1` … */
export function rowScale(count: number) {
  return {
    field: 'row',
    type: 'nominal' as const,
    sort: null,
    axis: null,
    scale: { domain: Array.from({ length: count }, (_, index) => `r${index}`), padding: 0 },
  };
}

export interface NamedRow {
  readonly row: string;
  readonly title: string;
  /** Stands out. */
  readonly isMarked: boolean;
}

/** The names of rows. Under the letters lies the colour of the page, so that no line of the chart crosses them. */
export function rowNames(rows: readonly NamedRow[]) {
  return nameLayers(rows, rowScale(rows.length), -8);
}

/** Names at the left of their lines on a scale, `dy` pixels below the middle. */
export function nameLayers<Scale>(rows: readonly Pick<NamedRow, 'title' | 'isMarked'>[], y: Scale, dy: number) {
  const mark = {
    type: 'text' as const,
    align: 'left' as const,
    baseline: 'middle' as const,
    dy,
    fontSize: 11.5,
    limit: chartWidth - 10,
  };
  const encoding = {
    y,
    x: { value: 2 },
    text: { field: 'title', type: 'nominal' as const },
  };
  return [
    {
      data: { values: [...rows] },
      mark: { ...mark, color: color.surface, stroke: color.surface, strokeWidth: 4, strokeJoin: 'round' as const },
      encoding,
    },
    {
      data: { values: [...rows] },
      mark,
      encoding: {
        ...encoding,
        color: { condition: { test: 'datum.isMarked', value: color.limit }, value: color.ink },
      },
    },
  ];
}
