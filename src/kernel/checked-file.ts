import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import type { ZodType } from 'zod';
import { sha256 } from './content-hash.ts';
import { InputError } from './errors.ts';
import { nearest } from './nearest.ts';
import { checkValue } from './schema-problems.ts';
import { type Path, pathText } from './value-path.ts';
import { parseYaml } from './yaml-source.ts';

/** What a file is, for its error messages. */
export interface FileKind {
  /** Such as `suite`. */
  readonly what: string;
  /** Begins the error codes: `SUITE` gives `SUITE_NOT_FOUND`, `SUITE_UNREADABLE` and `SUITE_INVALID`. */
  readonly code: string;
}

/** A file whose content fits its schema. */
export interface CheckedFile<T> {
  readonly path: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
  readonly value: T;
  /** `file:line:column` of a place in the file. */
  where(path: Path, part: 'key' | 'value'): string;
}

/** More than any hand-written file has. */
const maxBytes = 1 << 18;
const maxListed = 30;

/**
 * Reads a YAML 1.2 or JSON (`.json`) file and checks it against a schema. Throws one `InputError` that lists every problem of the
 * file, each as `file:line:column: path: expected …, got …`.
 */
export function readCheckedFile<T>(path: string, schema: ZodType<T>, kind: FileKind): CheckedFile<T> {
  const bytes = readBounded(path, kind);
  const text = decode(bytes, path, kind);
  const source = parseYaml(text, extname(path).toLowerCase() === '.json' ? 'json' : 'yaml');
  const where = (at: Path, part: 'key' | 'value'): string => {
    const { line, column } = source.positionOf(at, part);
    return `${path}:${line}:${column}`;
  };

  const lines = source.problems.map(
    ({ position, message }) => `${path}:${position.line}:${position.column}: ${message}.`,
  );
  if (source.fatal) throw invalidFile(path, kind, lines);
  if (source.value === null)
    throw invalidFile(path, kind, [...lines, `${path}:1:1: expected a ${kind.what}, got an empty file.`]);
  const checked = checkValue(schema, source.value);
  if (!checked.fits) {
    // A merge key has been reported by the parser already.
    const own = checked.problems.filter((problem) => problem.path.at(-1) !== '<<');
    lines.push(...own.map((problem) => problemLine(where(problem.path, problem.part), problem.path, problem.message)));
  }
  if (lines.length > 0 || !checked.fits) throw invalidFile(path, kind, lines);
  return { path, sha256: sha256(bytes), value: checked.value, where };
}

/** `place: path: message.` */
export function problemLine(place: string, path: Path, message: string): string {
  const name = pathText(path);
  const end = /[.?]$/.test(message) ? '' : '.';
  return `${place}: ${name === '' ? '' : `${name}: `}${message}${end}`;
}

/** One error for all problems of a file. */
export function invalidFile(path: string, kind: FileKind, lines: readonly string[]): InputError {
  if (lines.length === 1) return new InputError(`${kind.code}_INVALID`, lines[0] ?? '');
  const shown = lines.slice(0, maxListed);
  const rest = lines.length > shown.length ? [`… and ${lines.length - shown.length} more.`] : [];
  const list = [...shown, ...rest].map((line) => `\n  ${line}`).join('');
  return new InputError(`${kind.code}_INVALID`, `The ${kind.what} ${path} has ${lines.length} problems:${list}`);
}

function readBounded(path: string, kind: FileKind): Uint8Array {
  try {
    const status = statSync(path);
    if (status.isDirectory()) throw unreadable(path, kind, 'got a folder');
    if (!status.isFile()) throw unreadable(path, kind, 'got a device or pipe');
    if (status.size > maxBytes)
      throw unreadable(path, kind, `got ${status.size} bytes, more than the ${maxBytes} allowed`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw unreadable(path, kind, `could not read it (${code ?? String(error)})`, error);
    throw new InputError(
      `${kind.code}_NOT_FOUND`,
      `There is no ${/\bfile\b/.test(kind.what) ? kind.what : `${kind.what} file`} ${JSON.stringify(path)}.${similarFile(path)}`,
    );
  }
}

function unreadable(path: string, kind: FileKind, came: string, cause?: unknown): InputError {
  return new InputError(
    `${kind.code}_UNREADABLE`,
    `${path}: expected a ${kind.what} file (YAML or JSON text), ${came}.`,
    { cause },
  );
}

function similarFile(path: string): string {
  try {
    const near = nearest(basename(path), readdirSync(dirname(path)));
    return near === null ? '' : ` Did you mean "${near}"?`;
  } catch {
    return ` The folder ${JSON.stringify(dirname(path))} does not exist either.`;
  }
}

/** UTF-8, with or without a byte order mark. */
function decode(bytes: Uint8Array, path: string, kind: FileKind): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw unreadable(path, kind, 'got bytes of zero: it is no text');
    return text;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unreadable(path, kind, 'got bytes that are not UTF-8; save it as UTF-8', error);
  }
}
