// Writes the table of codes in docs/verdicts.md from the codes that Dyno itself judges with.
// Needs a built dist/ (npm run build). A test fails when the committed table is not what this writes.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verdictTable } from '../dist/analysis/verdicts/verdict-table.js';

const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'verdicts.md');
const page = readFileSync(file, 'utf8');
writeFileSync(file, page.replace(/\| family \| severity \|.*?\n(?!\|)/s, verdictTable()));
