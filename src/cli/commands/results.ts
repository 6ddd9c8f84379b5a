import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { benchLine } from '../../kernel/shell-words.ts';
import { listRuns, pruneRuns, type RunEntry } from '../../results/list-runs.ts';
import { findRun, readRun, serialiseRun } from '../../results/result-folder.ts';
import { acquireLock } from '../../results/run-lock.ts';
import { benchTable } from '../bench-table.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';

interface InFolder {
  readonly out: string;
}

const columns: readonly TextColumn<RunEntry>[] = [
  { title: 'run', align: 'left', cell: ({ id, reference }) => (reference ? `${id} (reference)` : id) },
  { title: 'suite', align: 'left', cell: ({ suite }) => suite ?? '' },
  { title: 'status', align: 'left', cell: ({ status }) => status },
  {
    title: 'cases',
    align: 'left',
    cell: ({ cases, projected = 0, problem }) =>
      cases === null
        ? (problem ?? '')
        : Object.entries({ ...cases, projected })
            .filter(([, count]) => count > 0)
            .map(([status, count]) => `${count} ${status}`)
            .join(', '),
  },
];

/** `dyno results list`: the runs, newest first. */
export async function listCommand(
  options: InFolder & { json?: boolean },
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  const runs = listRuns(options.out).reverse();
  if (options.json) stdout.write(`${JSON.stringify(runs, null, 2)}\n`);
  else if (runs.length === 0)
    stderr.write(`There are no runs in ${options.out}. Measure one with "${benchLine([])}".\n`);
  else stdout.write(textTable(runs, columns));
  return 0;
}

/** `dyno results show`: the table of a run, or its `run.json`. */
export async function showCommand(
  options: InFolder & { run: string; json?: boolean },
  { stdout }: Streams,
): Promise<ExitCode> {
  const run = readRun(findRun(options.run, options.out));
  stdout.write(options.json ? serialiseRun(run) : benchTable(run));
  return 0;
}

/** `dyno results recompute`: rebuilds `run.json` from the events and samples; the same bytes when nothing has changed. */
export async function recomputeCommand(
  options: InFolder & { run: string },
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  const folder = findRun(options.run, options.out);
  const { summarise } = await import('../../runner/summarise.ts');
  const lock = acquireLock(folder);
  try {
    const run = await summarise(folder);
    stderr.write(`Rebuilt ${run.cases.length} cases from the events and samples.\n`);
    stdout.write(`${folder}/run.json\n`);
    return 0;
  } finally {
    lock.release();
  }
}

/** `dyno results export`: its samples as CSV files; prints their paths. */
export async function exportCommand(
  options: InFolder & { run: string; csv?: boolean; to?: string },
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  if (options.csv !== true) {
    throw new InputError(
      'OPTION_MISSING',
      'Expected a format: write "dyno results export <run> --csv". The samples are Parquet files already, which DuckDB and pandas read.',
    );
  }
  const folder = findRun(options.run, options.out);
  const run = readRun(folder);
  const { exportCsv } = await import('../../results/export-csv.ts');
  const { files, queries, telemetryRows } = await exportCsv(folder, run, options.to ?? `${run.runId}-csv`);
  stderr.write(`Wrote ${queries} queries and ${telemetryRows} samples of the machine.\n`);
  for (const file of files) stdout.write(`${file}\n`);
  return 0;
}

/** `dyno results prune`: removes all but the newest runs. */
export async function pruneCommand(
  options: InFolder & { keep: number; dryRun?: boolean },
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  const removed = pruneRuns(options.out, { keep: options.keep, dryRun: options.dryRun === true });
  stderr.write(
    `${options.dryRun ? 'Would remove' : 'Removed'} ${removed.length} ${removed.length === 1 ? 'run' : 'runs'}.\n`,
  );
  for (const { id } of removed) stdout.write(`${id}\n`);
  return 0;
}
