import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLabels } from '../../src/workloads/labels.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-labels-'));
let count = 0;

function labels(text: string): string {
  const path = join(folder, `${count++}.txt`);
  writeFileSync(path, text);
  return path;
}

test('labels come in the order of the files', () => {
  expect(readLabels(labels('b.png 2\na.png 1\n'), ['a.png', 'b.png'])).toEqual([1, 2]);
});

test('commas, comments, blank lines, a heading, CRLF, a byte-order mark and names with blanks are understood', () => {
  const path = labels('\uFEFFfile,label\r\n# ours\r\n\r\nmy cat, old.png,281\r\nb.png\t7\r\n');
  expect(readLabels(path, ['my cat, old.png', 'b.png'])).toEqual([281, 7]);
});

test.each([
  ['a word for a class', 'a.png cat\n', 1, 'got "a.png cat"'],
  ['a negative class', '\na.png -1\n', 2, 'from 0 on'],
  ['a name alone', 'a.png\n', 1, 'expected a file name and a class'],
  ['a file that is not there', 'a.png 1\nb.jpg 2\n', 2, 'no data file "b.jpg"'],
  ['a file named twice', 'a.png 1\na.png 2\n', 2, 'has a label already'],
])('%s is reported with file and line', (_name, text, line, expected) => {
  const path = labels(text);
  expect(() => readLabels(path, ['a.png'])).toThrow(
    expect.objectContaining({ code: 'LABELS_INVALID', exitCode: 3, message: expect.stringContaining(expected) }),
  );
  expect(() => readLabels(path, ['a.png'])).toThrow(`${path}:${line}: `);
});

test('a mistyped name is answered with the one that is meant', () => {
  expect(() => readLabels(labels('image_00l.png 1\n'), ['image_001.png'])).toThrow('Did you mean "image_001.png"?');
});

test('files without a label are counted and one is named', () => {
  expect(() => readLabels(labels('a.png 1\n'), ['a.png', 'b.png', 'c.png'])).toThrow(
    '"b.png" has no label (2 of 3 files have none)',
  );
});

test('a labels file that is missing is reported', () => {
  expect(() => readLabels(join(folder, 'none.txt'), ['a.png'])).toThrow(
    expect.objectContaining({ code: 'LABELS_INVALID' }),
  );
});
