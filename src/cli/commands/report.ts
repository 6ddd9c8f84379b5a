import type { ExitCode } from '../../kernel/errors.ts';
import { findRun } from '../../results/result-folder.ts';
import { reportTarget } from '../report-target.ts';
import type { Streams } from '../streams.ts';

export interface ReportOptions {
  /** Runs by id, unique beginning of an id, or path. */
  readonly runs: readonly string[];
  /** The HTML file where it ends in `.html`, else the folder of runs. */
  readonly out?: string;
  readonly json?: boolean;
}

/** `dyno report <run…>`: one HTML file from one or more results; prints its path. */
export async function reportCommand(options: ReportOptions, { stdout }: Streams): Promise<ExitCode> {
  const { file, runsFolder } = reportTarget(options.out);
  const folders = options.runs.map((name) => findRun(name, runsFolder));
  const { writeReport } = await import('../../report/write-report.ts');
  const path = await writeReport(folders, file);
  stdout.write(options.json === true ? `${JSON.stringify({ report: path, runs: folders })}\n` : `${path}\n`);
  return 0;
}
