import { basename, extname, join } from 'node:path';
import { writePage } from '../write-page.ts';
import { reportsFolder } from '../write-report.ts';
import { renderTcoPage, type TcoPageInput } from './render-tco-page.ts';

/**
 * Writes the report of a purchase and returns its path: `file`, or `reports/<study>.html`. The file appears whole or not at all. Throws
 * `REPORT_UNWRITABLE`.
 */
export async function writeTcoReport(input: TcoPageInput, file: string | null = null): Promise<string> {
  const { path } = input.study;
  const target = file ?? join(reportsFolder, `${basename(path, extname(path))}.html`);
  await writePage(target, '--out', () => renderTcoPage(input));
  return target;
}
