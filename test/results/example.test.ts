import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readEvents } from '../../src/results/event-log.ts';
import { sealedFiles } from '../../src/results/parquet.ts';
import { serialiseRun } from '../../src/results/result-folder.ts';

// A change of the format shows here: raise the schema version, upgrade the events, and renew the example with
// `npm run bench -- --run-id example` and `npx dyno report example --out reports/example.html`.
test('run.json of the committed example is a pure function of its events and samples', async () => {
  const folder = packageFile('results', 'example');
  const run = await summariseRun(readEvents(folder), sealedFiles(folder));
  expect(serialiseRun(run)).toBe(readFileSync(packageFile('results', 'example', 'run.json'), 'utf8'));
});
