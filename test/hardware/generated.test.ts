import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { priceBookJsonSchema } from '../../src/hardware/price-schema.ts';
import { profileJsonSchema } from '../../src/hardware/profile-schema.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

/** The facts are not part of this repository: where they are not at hand, what was made of them is tested alone. */
const facts = process.env.DYNO_HARDWARE_FACTS ?? packageFile('..', 'shared', 'data', 'hardware.json');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-generated-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const generate = (file: string) =>
  spawnSync(process.execPath, [packageFile('scripts', 'write-hardware-profiles.mjs'), file, folder], {
    encoding: 'utf8',
  });
const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort();

test.runIf(existsSync(facts))('the committed profiles are what the generator makes of the facts', () => {
  expect(generate(facts).stderr).toBe('');
  const committed = packageFile('hardware-profiles');
  expect(filesIn(folder)).toEqual(filesIn(committed));
  for (const path of filesIn(folder)) {
    expect(readFileSync(join(folder, path), 'utf8'), path).toBe(readFileSync(join(committed, path), 'utf8'));
  }
});

test.each([
  ['an unknown figure', { fields: { fp16_gflops: { value: 1, source: 's' } } }, 'unknown figure fp16_gflops'],
  ['an unknown kind', { kind: 'tpu' }, 'unknown kind tpu'],
  [
    'a figure below zero',
    { fields: { tdp_w: { value: -1, source: 's' } } },
    'tdp_w: expected a positive number or null',
  ],
  ['a price without a date', { prices: [{ usd: 1, kind: 'list', source: 's', note: null }] }, 'price: date is missing'],
])('the generator writes nothing of facts with %s', (_name, change, message) => {
  const device = { id: 'x', name: 'X', vendor: 'V', architecture: 'A', kind: 'gpu', fields: {}, prices: [], cloud: [] };
  const hardware = [{ ...device, aliases: [], notes: null, ...change }];
  const file = join(folder, 'facts.json');
  writeFileSync(file, JSON.stringify({ generated: '2026-01-01', conventions: {}, hardware }));
  const { status, stderr } = generate(file);
  expect(status).not.toBe(0);
  expect(stderr).toContain(message);
  expect(filesIn(folder)).toEqual([]);
});

test.each([
  ['hardware-profile', profileJsonSchema()],
  ['price-book', priceBookJsonSchema()],
])('the schema of a %s for editors is the committed one (node scripts/write-schemas.mjs writes it)', (name, schema) => {
  const committed = readFileSync(packageFile('schemas', `${name}.schema.json`), 'utf8');
  expect(JSON.parse(committed)).toEqual(schema);
});
