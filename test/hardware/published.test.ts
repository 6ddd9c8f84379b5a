import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPublished } from '../../src/hardware/published.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

/** The figures as they were collected are not part of this repository: where they are not at hand, what was made of them is tested alone. */
const collected = process.env.DYNO_PUBLISHED_FIGURES ?? packageFile('..', 'shared', 'data');
const mlperf = join(collected, 'published-results.json');
const frameworks = join(collected, 'published-frameworks.json');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-published-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const generate = (...files: string[]) =>
  spawnSync(process.execPath, [packageFile('scripts', 'write-published-figures.mjs'), ...files, folder], {
    encoding: 'utf8',
  });

test.runIf(existsSync(mlperf) && existsSync(frameworks))('the committed files are what the generator makes', () => {
  expect(generate(mlperf, frameworks, '2026-11-21').stderr).toBe('');
  for (const name of ['mlperf.json', 'frameworks.json']) {
    const committed = packageFile('hardware-profiles', 'published', name);
    expect(readFileSync(join(folder, name), 'utf8'), name).toBe(readFileSync(committed, 'utf8'));
  }
});

const mlperfRow = {
  model: 'resnet50-v1.5',
  scenario: 'Offline',
  accelerator: 'nvidia-t4',
  precision: 'int8',
  unit: 'samples/s per accelerator',
  n_results: 2,
  median: 6000,
  min: 5900,
  max: 6100,
  rounds: ['v1.0'],
  submitters: 2,
  stack: 'mlperf',
};

test.each([
  ['a median outside of its results', { median: 6200 }, 'expected 0 < min <= median <= max'],
  ['a key that nobody reads', { power: 70 }, 'unknown key power'],
  ['another stack', { stack: 'pytorch' }, 'expected the stack mlperf, got pytorch'],
])('%s stops the generator', (_, change, message) => {
  const file = join(folder, 'rows.json');
  writeFileSync(file, JSON.stringify([{ ...mlperfRow, ...change }]));
  const none = join(folder, 'none.json');
  writeFileSync(none, '[]');
  const { status, stderr } = generate(file, none, '2026-01-01');
  expect(status).not.toBe(0);
  expect(stderr).toContain(message);
});

test('a median of MLPerf and a measurement of a framework are read as they stand', () => {
  const figures = loadPublished();
  expect(
    figures.find(
      ({ model, scenario, accelerator }) =>
        model === 'resnet50-v1.5' && scenario === 'Offline' && accelerator === 'nvidia-titan-rtx',
    ),
  ).toMatchObject({
    stack: 'mlperf',
    precision: 'int8',
    value: 16562.6,
    results: 1,
    rounds: ['v0.5'],
    batchSize: null,
  });
  const ofV100 = figures.filter(
    ({ stack, accelerator, batchSize, precision }) =>
      stack === 'mxnet' && accelerator === 'nvidia-v100-sxm2-16gb' && batchSize === 128 && precision === 'fp16',
  );
  expect(ofV100).toMatchObject([{ model: 'resnet50-v1.5', value: 3362, unit: 'samples/s per accelerator' }]);
  expect(ofV100[0]?.source).toMatch(/^NVIDIA\/DeepLearningExamples@.*MxNet.*README\.md/);
});

test('a file that does not fit is refused with its place, and so is one that is no JSON', () => {
  const file = join(folder, 'own.json');
  writeFileSync(file, JSON.stringify({ what: 'w', source: 's', read: '2026-01-01', rows: [{ stack: 'mlperf' }] }));
  expect(() => loadPublished(folder)).toThrow(/own\.json: rows\[0\]/);
  writeFileSync(file, '{');
  expect(() => loadPublished(folder)).toThrow(/own\.json: expected published figures as JSON/);
  expect(() => loadPublished(join(folder, 'absent'))).toThrow(/expected a folder of published figures/);
});
