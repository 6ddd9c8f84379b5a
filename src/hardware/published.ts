import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, InputError } from '../kernel/errors.ts';
import { packageFile } from '../kernel/package-root.ts';
import { checkValue } from '../kernel/schema-problems.ts';
import { pathText } from '../kernel/value-path.ts';
import { type PublishedRowFile, publishedFileSchema } from './published-schema.ts';

/** A figure that others have published: what a model reached on a device with a stack. */
export interface PublishedFigure {
  /** What ran the model; figures of different stacks say nothing of one another. */
  readonly stack: string;
  readonly software: string | null;
  /** In the words of the source, such as `bert-large-squad (99%)`. */
  readonly model: string;
  readonly scenario: PublishedRowFile['scenario'];
  /** Mostly the id of a hardware profile; others measure devices, too, that none exists for. */
  readonly accelerator: string;
  readonly precision: string | null;
  readonly batchSize: number | null;
  readonly unit: PublishedRowFile['unit'];
  /** A second and device, or milliseconds, as `unit` says; the median where there are several results. */
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** How many results the value is the median of. */
  readonly results: number;
  readonly rounds: readonly string[];
  readonly source: string;
}

/**
 * Reads every file of published figures of a folder. Throws `PUBLISHED_INVALID` with the file and the place in it where one does not fit
 * the schema, `PUBLISHED_UNREADABLE` where it is no JSON or there is none.
 */
export function loadPublished(folder = packageFile('hardware-profiles', 'published')): readonly PublishedFigure[] {
  return jsonFiles(folder).flatMap((file) => {
    const { source, rows } = readPublishedFile(file);
    return rows.map((row) => figureOf(row, source));
  });
}

function jsonFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw new InputError(
      'PUBLISHED_UNREADABLE',
      `${folder}: expected a folder of published figures: ${errorText(error)}`,
      {
        cause: error,
      },
    );
  }
}

function readPublishedFile(file: string): { source: string; rows: readonly PublishedRowFile[] } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError('PUBLISHED_UNREADABLE', `${file}: expected published figures as JSON: ${errorText(error)}`, {
      cause: error,
    });
  }
  const checked = checkValue(publishedFileSchema, json);
  if (checked.fits) return checked.value;
  const lines = checked.problems.slice(0, 10).map(({ path, message }) => `${file}: ${pathText(path)}: ${message}`);
  throw new InputError('PUBLISHED_INVALID', lines.join('\n'));
}

function figureOf(row: PublishedRowFile, source: string): PublishedFigure {
  return {
    stack: row.stack,
    software: row.software,
    model: row.model,
    scenario: row.scenario,
    accelerator: row.accelerator,
    precision: row.precision,
    batchSize: row.batch_size ?? null,
    unit: row.unit,
    value: row.value,
    low: row.low ?? null,
    high: row.high ?? null,
    results: row.results ?? 1,
    rounds: row.rounds ?? [],
    source: row.source === undefined ? source : `${source} (${row.source})`,
  };
}
