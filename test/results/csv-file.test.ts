import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CsvFile, type CsvValue } from '../../src/results/csv-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-csv-'));
  path = join(folder, 'a.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(...rows: CsvValue[][]): string {
  const csv = new CsvFile(path, ['a', 'b']);
  for (const row of rows) csv.append(row);
  csv.finish();
  return readFileSync(path, 'utf8');
}

test('lines end in CRLF, and fields with commas, quotes and line ends are quoted', () => {
  expect(written(['x', 'one, two'], ['say "hi"', 'two\nlines'])).toBe(
    'a,b\r\nx,"one, two"\r\n"say ""hi""","two\nlines"\r\n',
  );
});

test('numbers come back to the last bit, and what is no number is empty', () => {
  const text = written(
    [0.1 + 0.2, -1.5e-300],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  expect(text).toBe('a,b\r\n0.30000000000000004,-1.5e-300\r\n,\r\ninf,-inf\r\n');
});

test('no text is a formula to a spreadsheet, and a negative number stays a number', () => {
  expect(written(['=1+1', '+1'], ['-1', '@SUM(A1)'], ['\t=1', '=HYPERLINK("x","y")'], ['a=b', -1])).toBe(
    ['a,b', "'=1+1,'+1", "'-1,'@SUM(A1)", '\'\t=1,"\'=HYPERLINK(""x"",""y"")"', 'a=b,-1', ''].join('\r\n'),
  );
});

test('many rows are written as they come, and the file bears its name when it is whole', () => {
  const csv = new CsvFile(path, ['a']);
  for (let row = 0; row < 300_000; row++) csv.append([row]);
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.a\.csv\..*\.tmp$/)]);
  csv.finish();
  const lines = readFileSync(path, 'utf8').split('\r\n');
  expect([lines.length, lines[1], lines[300_000], lines[300_001]]).toEqual([300_002, '0', '299999', '']);
  expect(readdirSync(folder)).toEqual(['a.csv']);
});

test('a file that is not finished leaves nothing', () => {
  const csv = new CsvFile(path, ['a']);
  csv.append([1]);
  csv.discard();
  expect(readdirSync(folder)).toEqual([]);
});

test('no file is overwritten', () => {
  writeFileSync(path, 'mine');
  expect(() => new CsvFile(path, ['a'])).toThrow(expect.objectContaining({ code: 'EXPORT_EXISTS', exitCode: 3 }));
  expect(readFileSync(path, 'utf8')).toBe('mine');
});
