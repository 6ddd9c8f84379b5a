// Writes schemas/, the JSON Schemas that editors check YAML files with, from the schemas that Dyno itself checks with.
// Needs a built dist/ (npm run build). A test fails when the committed files are not what this writes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editorSchemas, schemaText } from '../dist/cli/editor-schemas.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'schemas');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(editorSchemas())) {
  writeFileSync(join(folder, `${name}.schema.json`), schemaText(schema));
}
