/** A column of a text table. Numbers are aligned to the right. */
export interface TextColumn<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** Rows as aligned plain text with a rule under the titles; columns that are empty in every row are left out. */
export function textTable<Row>(rows: readonly Row[], columns: readonly TextColumn<Row>[]): string {
  const filled = columns
    .map(({ title, align, cell }) => ({ title, align, cells: rows.map((row) => printable(cell(row))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const widths = filled.map(({ title, cells }) => Math.max(title.length, ...cells.map((cell) => cell.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return filled[index]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [
    line(filled.map(({ title }) => title)),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map((_, row) => line(filled.map(({ cells }) => cells[row] ?? ''))),
    '',
  ].join('\n');
}

/** Names come from users and from files of others: what would move the cursor or change the colours of a terminal is replaced. */
export function printable(text: string): string {
  return printableLines(text.replace(/[\t\n]/g, '\ufffd'));
}

/** As `printable`, of a text that may have several lines. */
export function printableLines(text: string): string {
  // Controls (Unicode's Cc: C0, delete and C1) but for tabs and line breaks.
  return text.replace(/[^\P{Cc}\t\n]/gu, '\ufffd');
}
