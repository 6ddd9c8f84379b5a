import { join } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import { runIdOf } from '../results/result-folder.ts';
import { collectReport } from './collect.ts';
import { renderReport } from './render-report.ts';
import { writePage } from './write-page.ts';

/** Where reports go unless another file is named. */
export const reportsFolder = 'reports';

/** More stand side by side on no screen. */
const mostRuns = 6;

/**
 * Writes one HTML report of one or more runs, given by their folders, and returns its path: `file`, or `reports/<run-id>.html`. The file
 * appears whole or not at all. Throws `REPORT_RUNS` for none or too many runs, `REPORT_UNWRITABLE` (both exit 3), and what reading throws.
 */
export async function writeReport(runFolders: readonly string[], file: string | null = null): Promise<string> {
  if (runFolders.length === 0 || runFolders.length > mostRuns) {
    throw new InputError(
      'REPORT_RUNS',
      `Expected 1 to ${mostRuns} runs in one report, got ${runFolders.length}. Name fewer runs, or write several reports.`,
    );
  }
  const path = file ?? defaultPath(runFolders);
  await writePage(path, '--out', async () => renderReport(await collectReport(runFolders)));
  return path;
}

function defaultPath(runFolders: readonly string[]): string {
  const [first = 'report', second, ...more] = runFolders.map(runIdOf);
  const others = second === undefined ? '' : more.length === 0 ? `-and-${second}` : `-and-${more.length + 1}-more`;
  return join(reportsFolder, `${first}${others}.html`.slice(-200));
}
