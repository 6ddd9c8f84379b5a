import { readdirSync, readFileSync } from 'node:fs';

/** The text of a small file without blanks at its ends, or null when it is not there or cannot be read: for facts nice to know. */
export function textIfReadable(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** The names in a folder in alphabetical order, none when it is not there or cannot be read. */
export function namesIfReadable(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
