// Writes hardware-profiles/ from collected facts: a profile for each device, and two price books.
//   node scripts/write-hardware-profiles.mjs FACTS.json [FOLDER]
// What it writes is committed; a test fails when the committed files are not what this makes of the facts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkFacts } from './hardware/facts.mjs';
import { purchases, rents } from './hardware/prices.mjs';
import { profileOf } from './hardware/profiles.mjs';
import { yamlText } from './hardware/yaml-text.mjs';

const [factsFile, folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'hardware-profiles')] =
  process.argv.slice(2);
if (factsFile === undefined) {
  console.error('Usage: node scripts/write-hardware-profiles.mjs FACTS.json [FOLDER]');
  process.exit(3);
}
const facts = JSON.parse(readFileSync(factsFile, 'utf8'));
checkFacts(facts);

const heading = (schema) => `# yaml-language-server: $schema=${schema}
# Written by scripts/write-hardware-profiles.mjs. Put figures of your own into a file of your own: see docs/hardware.md.
`;
mkdirSync(join(folder, 'prices'), { recursive: true });
for (const device of facts.hardware) {
  const text = heading('../schemas/hardware-profile.schema.json') + yamlText(profileOf(device, facts.generated));
  writeFileSync(join(folder, `${device.id}.yaml`), text);
}
for (const [name, book] of [
  ['purchase', purchases(facts.hardware)],
  ['rent', rents(facts.hardware)],
]) {
  writeFileSync(
    join(folder, 'prices', `${name}.yaml`),
    heading('../../schemas/price-book.schema.json') + yamlText(book),
  );
}
