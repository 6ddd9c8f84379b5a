import { type TextColumn, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** Columns that running text fills. */
export const width = 80;

/** A titled piece of the answer; `about` says in small what its figures are. */
export function section(title: string, about: string, body: string): string {
  return `\n${title.toUpperCase()}\n${about === '' ? '' : indented(about, 0)}${body}`;
}

/** A point of a list. */
export function point(text: string): string {
  return `- ${indented(text, 2).trimStart()}`;
}

/** A table whose first column is text of at most `most` columns, broken at blanks; the other cells stand beside its first line. */
export function wrappedTable<Row>(
  rows: readonly Row[],
  first: { readonly title: string; readonly most: number; readonly cell: (row: Row) => string },
  others: readonly TextColumn<Row>[],
): string {
  const lines = rows.flatMap((row) =>
    wrapText(first.cell(row), first.most)
      .split('\n')
      .map((text, index) => ({ text, row: index === 0 ? row : null })),
  );
  return textTable(lines, [
    { title: first.title, align: 'left', cell: ({ text }) => text },
    ...others.map(({ title, align, cell }): TextColumn<(typeof lines)[number]> => {
      return { title, align, cell: ({ row }) => (row === null ? '' : cell(row)) };
    }),
  ]);
}

/** A text in lines of at most `columns`, each behind so many blanks. */
export function indented(text: string, blanks: number, columns = width): string {
  const indent = ' '.repeat(blanks);
  return `${indent}${wrapText(text, columns - blanks).replaceAll('\n', `\n${indent}`)}\n`;
}
