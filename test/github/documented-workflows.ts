import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/kernel/package-root.ts';

/** The YAML blocks of a page, in order: workflows that people copy. */
export function yamlBlocks(page: string): string[] {
  const text = readFileSync(packageFile(page), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = '']) => block);
}
