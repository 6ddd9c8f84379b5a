import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CsvFile, refuseExisting } from './csv-file.ts';
import type { SealedFile } from './events.ts';
import { sealedFiles } from './parquet.ts';
import { queryColumns } from './record.ts';
import type { Run } from './run.ts';

/** What was written. */
export interface Exported {
  readonly files: readonly string[];
  readonly queries: number;
  readonly telemetryRows: number;
}

/** Columns that say of what round a row is. */
const ofRound = [
  { name: 'case', unit: '', description: 'Readable id of the case; empty at rest.' },
  { name: 'round', unit: '', description: 'Number of the round, from 0; at rest that of the sitting.' },
  {
    name: 'attempt',
    unit: '',
    description: 'Which of the rounds in run.json, from 0: a cut round and its rerun have the same number.',
  },
  {
    name: 'status',
    unit: '',
    description:
      'ok, failed or interrupted: figures are of rounds that are ok alone. at rest: before the rounds, while nothing of ours ran.',
  },
] as const;

interface RoundFile {
  readonly labels: readonly [string, number, number, string];
  readonly sealed: SealedFile;
}

/**
 * Writes the queries and the telemetry of all rounds of a run, those included that failed or were cut, and what was sampled at rest, into `queries.csv` and
 * `telemetry.csv` in `target`, and what their columns are into `columns.csv`. A row group is in memory at a time. A column that
 * a round does not have is empty there. Throws `EXPORT_EXISTS`, `SAMPLES_MISSING`, `SAMPLES_CORRUPT`, `DISK_FULL`, `FOLDER_UNWRITABLE`.
 */
export async function exportCsv(runFolder: string, run: Run, target: string): Promise<Exported> {
  const files = sealedFiles(runFolder);
  const roundsWith = (what: 'samples' | 'telemetry'): RoundFile[] =>
    run.cases.flatMap(({ id, rounds }) =>
      rounds.flatMap(({ round, status, [what]: sealed }, attempt) =>
        sealed === null ? [] : [{ labels: [id, round, attempt, status] as const, sealed }],
      ),
    );
  const atRest = (run.idle ?? []).flatMap(({ telemetry }, sitting): RoundFile[] =>
    telemetry === null ? [] : [{ labels: ['', sitting, 0, 'at rest'], sealed: telemetry }],
  );
  const csvFiles: CsvFile[] = [];
  const open = (name: string, header: readonly string[]): CsvFile => {
    const csv = new CsvFile(join(target, name), header);
    csvFiles.push(csv);
    return csv;
  };
  const writeAll = async (name: string, rounds: readonly RoundFile[]): Promise<{ rows: number; columns: string[] }> => {
    const columns: string[] = [];
    for (const { sealed } of rounds) {
      for (const column of await files.columnNames(sealed)) if (!columns.includes(column)) columns.push(column);
    }
    const csv = open(name, [...ofRound.map((column) => column.name), ...columns]);
    let rows = 0;
    for (const { labels, sealed } of rounds) {
      for await (const chunk of files.chunks(sealed)) {
        const values = columns.map((column) => chunk[column]);
        const length = Math.max(0, ...values.map((column) => column?.length ?? 0));
        for (let row = 0; row < length; row++)
          csv.append([...labels, ...values.map((column) => column?.[row] ?? null)]);
        rows += length;
      }
    }
    return { rows, columns };
  };

  const names = ['columns.csv', 'queries.csv', 'telemetry.csv'];
  // Before the first is written, and each gets its name when all are whole: all of them or none.
  for (const name of names) refuseExisting(join(target, name));
  const finished: string[] = [];
  try {
    const queries = await writeAll('queries.csv', roundsWith('samples'));
    const telemetry = await writeAll('telemetry.csv', [...atRest, ...roundsWith('telemetry')]);
    const columnsCsv = open('columns.csv', ['file', 'column', 'unit', 'description']);
    describe(columnsCsv, 'queries.csv', [...ofRound, ...queries.columns.map(queryColumn)]);
    describe(columnsCsv, 'telemetry.csv', [...ofRound, ...telemetry.columns.map(telemetryColumn(run))]);
    for (const csv of csvFiles) {
      csv.finish();
      finished.push(csv.path);
    }
    return { files: finished, queries: queries.rows, telemetryRows: telemetry.rows };
  } catch (error) {
    for (const csv of csvFiles) csv.discard();
    for (const path of finished) rmSync(path, { force: true });
    throw error;
  }
}

interface Described {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

function describe(csv: CsvFile, file: string, columns: readonly Described[]): void {
  for (const { name, unit, description } of columns) csv.append([file, name, unit, description]);
}

function queryColumn(name: string): Described {
  const known = queryColumns.find((column) => column.name === name);
  return { name, unit: known?.unit ?? '', description: known?.description ?? '' };
}

/** What the sampler says of a row itself; the rest is of its collectors. */
const samplerColumns: readonly Described[] = [
  { name: 'time', unit: 's', description: 'When the sample was taken, in t of the events.' },
  { name: 'sampler.block', unit: '', description: 'Number of the block of the round that the row is in, or begins.' },
  { name: 'sampler.on', unit: '', description: '1: the block is sampled; 0: sampling is paused in it.' },
  { name: 'sampler.hertz', unit: 'Hz', description: 'How often the blocks that are on are sampled.' },
];

/** A column of telemetry is named after its collector, such as `machine.cpu_busy`. */
function telemetryColumn({ collectors }: Run): (name: string) => Described {
  const known = new Map<string, Omit<Described, 'name'>>(
    collectors.flatMap((collector) =>
      collector.columns.map(
        ({ name, unit, description }) => [`${collector.name}.${name}`, { unit, description }] as const,
      ),
    ),
  );
  return (name) => {
    const ours = samplerColumns.find((column) => column.name === name);
    if (ours !== undefined) return ours;
    return { name, ...(known.get(name) ?? { unit: '', description: '' }) };
  };
}
