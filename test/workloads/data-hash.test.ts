import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hashOfData } from '../../src/workloads/data-hash.ts';
import { fileIdentities } from '../../src/workloads/file-identity.ts';

/** A file of its own folder, of a time in seconds. */
function file(name: string, content: string, time: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-hash-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, time, time);
  return path;
}

function hashOf(...paths: string[]): Promise<string> {
  return hashOfData({ kind: 'npy', files: { x: paths }, labels: null, items: paths.length });
}

test('arrays are told apart by their contents, not by time or place', async () => {
  const hash = await hashOf(file('a.npy', 'one', 1000));
  expect(await hashOf(file('a.npy', 'one', 2000))).toBe(hash);
  expect(await hashOf(file('a.npy', 'two', 1000))).not.toBe(hash);
  expect(await hashOf(file('b.npy', 'one', 1000))).not.toBe(hash);
});

test('which input an array belongs to counts', async () => {
  const [one, two] = [file('a.npy', 'one', 1), file('a.npy', 'two', 1)];
  const of = (a: string, b: string) => hashOfData({ kind: 'npy', files: { a: [a], b: [b] }, labels: null, items: 1 });
  expect(await of(one, two)).not.toBe(await of(two, one));
});

test('files of more bytes than the limit are told apart by name, size and time', async () => {
  const paths = [file('a.npy', 'one', 1000), file('b.npy', 'four', 2000)];
  expect(await fileIdentities(paths, 6)).toEqual([
    ['a.npy', 3, 1_000_000],
    ['b.npy', 4, 2_000_000],
  ]);
  expect((await fileIdentities(paths, 7)).map(({ length }) => length)).toEqual([2, 2]);
});
