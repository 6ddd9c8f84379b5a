import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PseudoFile } from '../../src/kernel/pseudo-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-pseudo-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('each reading gives the content as of now', () => {
  const path = join(folder, 'counter');
  writeFileSync(path, 'one');
  const file = new PseudoFile(path);
  expect(file.read().toString()).toBe('one');
  writeFileSync(path, 'second');
  expect(file.read().toString()).toBe('second');
  writeFileSync(path, '3');
  expect(file.read().toString()).toBe('3');
  file.close();
});

test('a file larger than the first buffer is read whole', () => {
  const path = join(folder, 'large');
  const content = 'cpu 1 2 3\n'.repeat(5000); // 50,000 bytes; the first buffer has 4,096
  writeFileSync(path, content);
  const file = new PseudoFile(path);
  expect(file.read().toString()).toBe(content);
  file.close();
});

test('a file of exactly the size of the buffer is read whole', () => {
  const path = join(folder, 'exact');
  writeFileSync(path, 'x'.repeat(4096));
  const file = new PseudoFile(path);
  expect(file.read().length).toBe(4096);
  file.close();
});

test('what is not there or cannot be read is null when asked so', () => {
  expect(PseudoFile.openIfReadable(join(folder, 'absent'))).toBeNull();
  expect(PseudoFile.openIfReadable(folder)).toBeNull(); // a folder opens and fails at the reading, like some of /sys
});
