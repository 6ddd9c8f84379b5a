import { basename, extname } from 'node:path';

/** The name of a file without its folder and ending, as a suite or workload may be named; `fallback` where nothing is left of it. */
export function nameOfFile(path: string, fallback: string): string {
  const stem = basename(path, extname(path));
  const name = stem
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 60);
  return name === '' ? fallback : name;
}
