import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { canonicalJson, sha256, sha256OfFile } from '../kernel/content-hash.ts';
import type { PreparedData } from './prepared-workload.ts';

/**
 * A hash that changes with the items of a workload: of a packed file its content and labels, of generated items what they are
 * drawn from, of `.npy` files (which may be large) their names, sizes and times.
 */
export async function hashOfData(data: PreparedData): Promise<string> {
  switch (data.kind) {
    case 'images':
      return sha256(canonicalJson({ file: await sha256OfFile(data.file), labels: data.labels }));
    case 'npy': {
      const files = Object.entries(data.files).map(([input, paths]) => [input, paths.map(fileIdentity)]);
      return sha256(canonicalJson({ files, labels: data.labels }));
    }
    case 'generated':
      return sha256(canonicalJson(data));
  }
}

function fileIdentity(path: string): readonly [string, number, number] {
  const { size, mtimeMs } = statSync(path);
  return [basename(path), size, mtimeMs];
}
