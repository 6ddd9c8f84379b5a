import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

/** A file of facts of devices that are each one figureless GPU but for these changes. */
function factsOf(changes: readonly object[]): string {
  const device = { id: 'x', name: 'X', vendor: 'V', architecture: 'A', kind: 'gpu', fields: {}, prices: [], cloud: [] };
  const hardware = changes.map((change) => ({ ...device, aliases: [], notes: null, ...change }));
  const file = join(folder, 'facts.json');
  writeFileSync(file, JSON.stringify({ generated: '2026-01-01', conventions: {}, hardware }));
  return file;
}

function generatedOf(changes: readonly object[], path: string): string {
  expect(generate(factsOf(changes)).stderr).toBe('');
  return readFileSync(join(folder, path), 'utf8');
}

const generated = (change: object, path: string) => generatedOf([change], path);

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
  const { status, stderr } = generate(factsOf([change]));
  expect(status).not.toBe(0);
  expect(stderr).toContain(message);
  expect(filesIn(folder)).toEqual([]);
});

test('what was computed from a figure of a source is an estimate, what stands there is sourced', () => {
  const fields = {
    fp32_tflops: { value: 10, source: 'a/b@1:c' },
    fp16_tflops: { value: 80, source: 'a/b@1:c', note: '160 sparse /2' },
    int8_tops: { value: 160, source: 'a/b@1:c', note: 'the sheet of 2024/25 says 161' },
    idle_w: { value: 35, source: 'cloud-carbon-footprint/x@1:c', note: 'value of another' },
    tdp_w: { value: 200, source: 'unverified-memory' },
  };
  const text = generated({ fields }, 'x.yaml');
  const confidences = [...text.matchAll(/confidence: (\w+)/g)].map(([, word]) => word);
  // In the order of the file: fp32, fp16, int8, design power, idle power.
  expect(confidences).toEqual(['sourced', 'estimate', 'sourced', 'unverified', 'estimate']);
});

test('an offer of a relative is not of the device, and says what it is of', () => {
  const cloud = [
    { provider: 'AWS g5.xlarge (A10G)', usd_per_accel_hour: 1, date: '2023-11-16', source: 's', note: 'n' },
    { provider: 'Lambda A10', usd_per_accel_hour: 0.6, date: '2023-11-16', source: 's', note: null },
  ];
  const text = generated({ cloud }, join('prices', 'rent.yaml'));
  expect(text.match(/variant_stated: \w+/g)).toEqual(['variant_stated: false', 'variant_stated: true']);
  expect(text.match(/note: .*/g)).toEqual(['note: "an A10G, which is no A10; n"']);
});

test('equal offers of different devices are two prices; of variants of one family, one that may be for each', () => {
  const cloud = [{ provider: 'RunPod', usd_per_accel_hour: 0.43, date: '2025-03-03', source: 's', note: null }];
  const ids = ['nvidia-l4', 'nvidia-rtx-3090', 'nvidia-h100-pcie', 'nvidia-h100-sxm'];
  const text = generatedOf(
    ids.map((id) => ({ id, cloud })),
    join('prices', 'rent.yaml'),
  );
  expect(text.match(/profiles: .*/g)).toEqual([
    'profiles: [nvidia-l4]',
    'profiles: [nvidia-rtx-3090]',
    'profiles: [nvidia-h100-pcie, nvidia-h100-sxm]',
  ]);
});
