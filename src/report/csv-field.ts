export type CsvValue = string | number | boolean | null | undefined;

/** A field as RFC 4180 has it. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers. */
export function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = String(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Lines of fields, the first one the names of the columns. */
export function csvText(lines: readonly (readonly CsvValue[])[]): string {
  return lines.map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}
