// Writes hardware-profiles/published/ from collected figures.
//   node scripts/write-published-figures.mjs MLPERF.json FRAMEWORKS.json READ_ON [FOLDER]
// What it writes is committed; a test fails when the committed files are not what this makes of the figures.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frameworksFile, linedJson, mlperfFile } from './hardware/published.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [mlperf, frameworks, readOn, folder = join(root, 'hardware-profiles', 'published')] = process.argv.slice(2);
if (mlperf === undefined || frameworks === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(readOn ?? '')) {
  console.error('Usage: node scripts/write-published-figures.mjs MLPERF.json FRAMEWORKS.json YYYY-MM-DD [FOLDER]');
  process.exit(3);
}
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'mlperf.json'), linedJson(mlperfFile(read(mlperf), readOn)));
writeFileSync(join(folder, 'frameworks.json'), linedJson(frameworksFile(read(frameworks), readOn)));
