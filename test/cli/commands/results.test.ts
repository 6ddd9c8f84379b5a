import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportCommand } from '../../../src/cli/commands/results.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

const out = packageFile('results');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-results-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('results export prints the files that it has written, and they are there', async () => {
  const streams = captureStreams();
  const to = join(folder, 'exported');
  expect(await exportCommand({ run: 'example', out, csv: true, to }, streams)).toBe(0);
  const files = ['queries.csv', 'telemetry.csv', 'columns.csv'].map((name) => join(to, name));
  expect(streams.out().trim().split('\n')).toEqual(files);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
  const [, queries] = /^Wrote (\d+) queries/.exec(streams.err()) ?? [];
  expect(
    readFileSync(files[0] ?? '', 'utf8')
      .trimEnd()
      .split('\r\n'),
  ).toHaveLength(Number(queries) + 1);
});

test('results export without a format says what to write, and an export is not overwritten', async () => {
  const streams = captureStreams();
  await expect(exportCommand({ run: 'example', out, to: folder }, streams)).rejects.toThrow(
    'dyno results export <run> --csv',
  );
  await exportCommand({ run: 'example', out, csv: true, to: folder }, streams);
  await expect(exportCommand({ run: 'example', out, csv: true, to: folder }, streams)).rejects.toMatchObject({
    code: 'EXPORT_EXISTS',
    exitCode: 3,
    message: expect.stringContaining('--to'),
  });
});
