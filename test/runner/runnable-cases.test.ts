import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtScript } from '../../src/kernel/package-root.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { runDyno } from '../cli/fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-runnable-cases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The backend that computes nothing, once more as one that does so on a card, and as one that only calls the processor a device. */
beforeAll(() => {
  const library = pathToFileURL(builtScript('engine/backends/null.js')).href;
  writeFileSync(
    join(folder, 'card.mjs'),
    `import { cpus } from 'node:os';
import { nullBackend } from ${JSON.stringify(library)};
export function register({ backends }) {
  const probe = async () => ({ ...(await nullBackend.probe()), device: 'A card' });
  backends.add({ ...nullBackend, name: 'card', stack: 'card', probe });
  const device = 'Drawn (software, on ' + (cpus()[0]?.model.trim() ?? process.arch) + ')';
  const inSoftware = async () => ({ ...(await nullBackend.probe()), device });
  backends.add({ ...nullBackend, name: 'drawn', stack: 'drawn', probe: inSoftware });
}
`,
  );
});

/** What becomes of a case on the processor and of one on a card, where the suite says on which device its cases are to compute. */
async function casesOn(device: string) {
  const words = [
    ...['bench', '--plugin', './card.mjs', '--workload', 'one-node', '--backend', 'null,card,drawn'],
    ...[
      '--scope',
      'inference',
      '--batch-size',
      '1',
      '--precision',
      'fp32',
      '--fusion',
      'on',
      '--threads',
      '1',
      '--quick',
      '--no-report',
    ],
    ...['--set', `device=${device}`, '--set', 'policy.window.min_duration=0.05s', '--set', 'policy.proof=false'],
  ];
  const { code, stderr } = await runDyno([...words, '--run-id', device], folder);
  expect(code, stderr).toBe(0);
  const { cases } = readRun(join(folder, 'results', device));
  const ends = Object.fromEntries(cases.map(({ backend, status, reasons }) => [backend, reasons.status ?? status]));
  return { ends, stderr };
}

const processor = cpus()[0]?.model.trim() ?? process.arch;

test('a suite about accelerators skips what computes on the processor, and says what can be done', async () => {
  const { ends, stderr } = await casesOn('accelerator');
  const other = (have: string) => ({ code: 'OTHER_DEVICE', need: 'accelerator', have });
  expect(ends).toEqual({ null: other(processor), card: 'ok', drawn: other(`Drawn (software, on ${processor})`) });
  expect(stderr).toContain(`The backend null computes on the processor here (${processor})`);
  expect(stderr).toContain('--set device=processor');
});

test('a suite about the processor skips what computes elsewhere', async () => {
  const { ends, stderr } = await casesOn('processor');
  const other = { code: 'OTHER_DEVICE', need: 'processor', have: 'A card' };
  expect(ends).toEqual({ null: 'ok', card: other, drawn: 'ok' });
  expect(stderr).toContain('The backend card computes on A card, and the suite is about the processor.');
});
