// Writes schemas/, the JSON Schemas that editors check YAML files with, from the schemas that Dyno itself checks with.
// Needs a built dist/ (npm run build). A test fails when the committed files are not what this writes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { priceBookJsonSchema } from '../dist/hardware/price-schema.js';
import { profileJsonSchema } from '../dist/hardware/profile-schema.js';
import { suiteJsonSchema } from '../dist/suite/schema.js';
import { studyJsonSchema } from '../dist/tco/study-schema.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'schemas');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of [
  ['suite', suiteJsonSchema()],
  ['hardware-profile', profileJsonSchema()],
  ['price-book', priceBookJsonSchema()],
  ['study', studyJsonSchema()],
]) {
  writeFileSync(join(folder, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
