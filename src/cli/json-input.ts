import { readFileSync } from 'node:fs';
import type { ZodType } from 'zod';
import { errorText, InputError } from '../kernel/errors.ts';
import { checkValue } from '../kernel/schema-problems.ts';
import { pathText } from '../kernel/value-path.ts';

/** Where the numbers of a command come from when no file is named. */
export type Input = AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean };

/**
 * Reads JSON from a file, or from `input` when none is named (or `-`), and checks it. What does not fit is an `InputError` that names
 * every place as a path within the JSON; `expected` says in a few words what the whole is to be.
 */
export async function readJsonInput<T>(
  file: string | undefined,
  input: Input,
  schema: ZodType<T>,
  expected: string,
): Promise<T> {
  const isStdin = file === undefined || file === '-';
  const place = isStdin ? 'stdin' : file;
  if (isStdin && input.isTTY === true) {
    throw new InputError(
      'INPUT_MISSING',
      `Expected ${expected} as JSON in a file or on stdin (dyno stats … < file.json), got a terminal.`,
    );
  }
  const checked = checkValue(schema, parse(isStdin ? await textOf(input) : readText(file), place, expected));
  if (checked.fits) return checked.value;
  const shown = checked.problems.slice(0, 10).map(({ path, message }) => `${place}: ${pathText(path)}: ${message}`);
  const more = checked.problems.length - shown.length;
  if (more > 0) shown.push(`and ${more} more`);
  throw new InputError('INPUT_INVALID', shown.join('\n'));
}

async function textOf(input: Input): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError('INPUT_MISSING', `${file}: cannot be read: ${errorText(error)}`, { cause: error });
  }
}

function parse(text: string, place: string, expected: string): unknown {
  if (text.trim() === '') throw new InputError('INPUT_MISSING', `${place}: expected ${expected} as JSON, got nothing.`);
  try {
    // A byte order mark in front is no part of the JSON.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new InputError('INPUT_INVALID', `${place}: expected ${expected} as JSON: ${errorText(error)}`, {
      cause: error,
    });
  }
}
