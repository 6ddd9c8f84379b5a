// Writes the table in docs/projection.md from what `dyno roofline validate --markdown` prints.
// Needs a built dist/ (npm run build). A test fails when the committed table is not what this writes.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../dist/hardware/catalogue.js';
import { loadPublished } from '../dist/hardware/published.js';
import { validate, validationMarkdown } from '../dist/roofline/validation-table.js';

const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'projection.md');
const page = readFileSync(file, 'utf8');
const profiles = loadCatalogue({}).profiles.filter(({ origin }) => origin === 'built-in');
const table = validationMarkdown(validate(profiles, loadPublished()));
writeFileSync(
  file,
  page.replace(/\| left out \| figures of \|.*?\n(?!\|)/s, () => table),
);
