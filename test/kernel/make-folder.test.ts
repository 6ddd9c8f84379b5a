import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/kernel/make-folder.ts';

test('folders that are missing are made, from the topmost down; one that is there stays', () => {
  const root = mkdtempSync(join(tmpdir(), 'dyno-make-folder-'));
  makeFolder(join(root, 'a', 'b', 'c'));
  makeFolder(join(root, 'a', 'b', 'c'));
  expect(existsSync(join(root, 'a', 'b', 'c'))).toBe(true);
});

test('below a file it throws, as mkdir does', () => {
  const root = mkdtempSync(join(tmpdir(), 'dyno-make-folder-'));
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file', 'a'))).toThrow(/ENOTDIR/);
});

test.runIf(process.platform === 'linux')('in /proc, where mkdir with `recursive` never returns, it throws', () => {
  expect(() => makeFolder('/proc/dyno/nowhere')).toThrow(/ENOENT/);
});
