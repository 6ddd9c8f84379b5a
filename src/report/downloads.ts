import { storedRun } from '../results/result-folder.ts';
import { casesAsCsv, projectedAsCsv } from './csv.ts';
import { displayName } from './display-name.ts';
import { dataLink } from './embed.ts';
import type { ReportInput } from './input.ts';

export interface Download {
  readonly file: string;
  /** Empty: the file is too large for the page, and `about` says where it is. */
  readonly link: string;
  readonly about: string;
}

/** What can be saved from the page: the cases as CSV, and each result, unless that is too large. */
export function downloads(input: ReportInput, embedRuns: boolean): Download[] {
  const files: Download[] = [
    { file: 'cases.csv', link: dataLink('text/csv', casesAsCsv(input)), about: 'one line a case, for a spreadsheet' },
  ];
  const projected = projectedAsCsv(input);
  if (projected !== null) {
    files.push({
      file: 'projected.csv',
      link: dataLink('text/csv', projected),
      about: 'one line a projected case: nobody has measured them',
    });
  }
  for (const { run } of input.runs) {
    const file = `${fileName(run.runId)}.json`;
    files.push(
      embedRuns
        ? {
            file,
            link: dataLink('application/json', `${JSON.stringify(storedRun(run))}\n`),
            about: 'the result as it was written: every figure, setting and reason',
          }
        : {
            file,
            link: '',
            about: `is too large for this page; it is results/${displayName(run.runId)}/run.json where the run was made`,
          },
    );
  }
  return files;
}

function fileName(runId: string): string {
  const safe = runId
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '')
    .slice(0, 100);
  return safe === '' ? 'run' : safe;
}
