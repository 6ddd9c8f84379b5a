import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256OfFile } from '../kernel/content-hash.ts';

/** Files of up to this size in all are told apart by their contents: reading as much takes a second at most. */
const hashedBytes = 256 * 1024 * 1024;

/** What tells files apart: name and hash of the content, or, of more bytes than are hashed, name, size and time of change. */
export type FileIdentity =
  | readonly [name: string, sha256: string]
  | readonly [name: string, size: number, mtime: number];

/**
 * An identity for each file, in their order, which does not depend on the folder that they lie in. Up to `limit` bytes in all it is
 * made of the contents, so that a copy is the same and a file rewritten with the same size and time is not.
 */
export async function fileIdentities(paths: readonly string[], limit = hashedBytes): Promise<FileIdentity[]> {
  const files = paths.map((path) => ({ path, name: basename(path), stat: statSync(path) }));
  if (files.reduce((sum, { stat }) => sum + stat.size, 0) > limit) {
    return files.map(({ name, stat }) => [name, stat.size, stat.mtimeMs]);
  }
  const identities: FileIdentity[] = [];
  // One after the other: thousands of files at once would exceed the open files that a process may have.
  for (const { path, name } of files) identities.push([name, await sha256OfFile(path)]);
  return identities;
}
