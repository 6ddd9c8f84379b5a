import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeAll } from '../kernel/atomic-write.ts';
import { InputError } from '../kernel/errors.ts';
import { diskError } from './disk-error.ts';

/** Text that is waiting is written when it is longer than this: 1 MiB. */
const mostWaiting = 2 ** 20;

export type CsvValue = string | number | null;

/**
 * Writes a CSV file row by row (RFC 4180: commas, lines end in CRLF, a field is quoted where it has to be). It bears its name only when it is
 * whole. Numbers have as many digits as tell them from every other double; null and NaN are an empty field, the infinities `inf` and `-inf`.
 * A text that a spreadsheet would take for a formula gets an apostrophe before it.
 */
export class CsvFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #file: number;
  #waiting = '';
  #open = true;

  /** Throws `EXPORT_EXISTS` when there is such a file, `DISK_FULL` and `FOLDER_UNWRITABLE` as `diskError` says. */
  constructor(path: string, header: readonly string[]) {
    refuseExisting(path);
    this.path = path;
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(this.#temporary, 'w');
    } catch (error) {
      throw diskError(error, path);
    }
    this.append(header);
  }

  append(values: readonly CsvValue[]): void {
    this.#waiting += `${values.map(field).join(',')}\r\n`;
    if (this.#waiting.length > mostWaiting) this.#write();
  }

  /** Writes what is waiting, and gives the file its name. */
  finish(): void {
    this.#write();
    try {
      fsyncSync(this.#file);
      this.#close();
      renameSync(this.#temporary, this.path);
    } catch (error) {
      this.discard();
      throw diskError(error, this.path);
    }
  }

  /** Leaves nothing behind of a file that is not finished. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #write(): void {
    const text = this.#waiting;
    this.#waiting = '';
    try {
      writeAll(this.#file, Buffer.from(text));
    } catch (error) {
      this.discard();
      throw diskError(error, this.path);
    }
  }

  #close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }
}

/** Throws `EXPORT_EXISTS` when there is such a file. */
export function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  throw new InputError('EXPORT_EXISTS', `There already is a file ${path}. Remove it, or name another folder by --to.`);
}

function field(value: CsvValue): string {
  if (typeof value === 'string') return text(value);
  if (value === null || Number.isNaN(value)) return '';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? 'inf' : '-inf';
}

/** What begins like this is run as a formula by spreadsheets (OWASP, "CSV Injection"). */
const formula = /^[=+\-@\t\r]/;

function text(value: string): string {
  const harmless = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
