import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectReport } from '../../src/report/collect.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { storeRun } from './stored-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-report-'));
let stored = '';
beforeAll(async () => {
  stored = await storeRun(join(folder, 'results'), 'run-one', 700);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a stored run is collected with the distribution of each of its cases', async () => {
  const { runs } = await collectReport([stored]);
  const distribution = runs[0]?.distributions['key-a'];
  expect(distribution?.count).toBe(700);
  expect(distribution?.seconds.length).toBeLessThanOrEqual(400);
  expect(distribution?.fraction.at(-1)).toBe(1);
  // 0.01 s ± 5 %
  expect(distribution?.seconds[0]).toBeGreaterThanOrEqual(0.0095);
  expect(distribution?.seconds.at(-1)).toBeLessThanOrEqual(0.0105);
});

test('a report is written whole to the file that was named', async () => {
  const file = join(folder, 'new', 'folder', 'report.html');
  expect(await writeReport([stored], file)).toBe(file);
  const html = readFileSync(file, 'utf8');
  expect(html.startsWith('<!doctype html>')).toBe(true);
  expect(html.trimEnd().endsWith('</html>')).toBe(true);
  expect(readdirSync(join(folder, 'new', 'folder'))).toEqual(['report.html']);
});

test('a path that is a folder is refused before anything is drawn', async () => {
  mkdirSync(join(folder, 'taken.html'));
  await expect(writeReport([stored], join(folder, 'taken.html'))).rejects.toMatchObject({
    code: 'REPORT_UNWRITABLE',
    exitCode: 3,
  });
});

test('a file in the place of the folder is an error that says what to do', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(writeReport([stored], join(folder, 'file', 'report.html'))).rejects.toMatchObject({
    code: 'REPORT_UNWRITABLE',
    message: expect.stringContaining('--out FILE.html'),
  });
});

test('no run and too many runs are refused', async () => {
  await expect(writeReport([])).rejects.toMatchObject({ code: 'REPORT_RUNS', exitCode: 3 });
  await expect(writeReport(Array.from({ length: 7 }, () => stored))).rejects.toMatchObject({ code: 'REPORT_RUNS' });
});

test('samples that were changed after the run are an error, not a chart', async () => {
  const damaged = await storeRun(join(folder, 'results'), 'run-damaged', 100);
  const [file = ''] = readdirSync(join(damaged, 'samples'));
  const path = join(damaged, 'samples', file);
  const bytes = readFileSync(path);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await expect(writeReport([damaged], join(folder, 'damaged.html'))).rejects.toMatchObject({ code: 'SAMPLES_CORRUPT' });
});
