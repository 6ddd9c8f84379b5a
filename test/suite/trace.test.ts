import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { InputError } from '../../src/kernel/errors.ts';
import { readTrace } from '../../src/suite/trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text: string): string {
  const path = join(folder, `${files++}.txt`);
  writeFileSync(path, text);
  return path;
}

const secondsOf = (text: string): number[] => [...readTrace(file(text)).seconds];

test.each([
  ['lines of seconds', '10\n10.5\n\n12\n'],
  [
    'JSON lines with milliseconds',
    '{"timestamp": 1000, "input_length": 5}\n{"timestamp": 1500}\n{"timestamp": 3000}\n',
  ],
  ['a CSV column of milliseconds', 'id,timestamp,tokens\na,1000,1\nb,1500,2\nc,3000,3\n'],
  ['a CSV column beside text with commas in it', 'prompt,timestamp\n"a, 7, ""b""",1000\n"",1500\nc,"3000"\n'],
  ['lines behind a byte-order mark', '\uFEFF10\n10.5\n12\n'],
  ['a CSV column of seconds, with carriage returns', '"seconds",size\r\n5,1\r\n5.5,1\r\n7,2\r\n'],
])('%s become seconds from the first arrival', (_, text) => {
  expect(secondsOf(text)).toEqual([0, 0.5, 2]);
});

test('arrivals at the same moment are kept', () => {
  expect(secondsOf('0\n1\n1\n1\n')).toEqual([0, 1, 1, 1]);
});

test('the hash is of the bytes of the file', () => {
  // printf '0\n1\n' | sha256sum
  expect(readTrace(file('0\n1\n')).sha256).toBe('82c1315e6c757f33c4a77ca58b2a184f5a88614470c05ec77f3d28918db6b8ae');
});

test.each([
  ['a line that is no number', '0\n1\nsoon\n', ':3: expected a number of seconds, got "soon"'],
  ['a JSON line without a timestamp', '{"timestamp": 1}\n{"time": 2}\n', ':2: expected a JSON object with "timestamp"'],
  ['a timestamp that is text', '{"timestamp": "1"}\n', ':1: expected a JSON object with "timestamp"'],
  [
    'a CSV row with an empty cell',
    'id,seconds\na,1\nb,\n',
    ':3: expected a number in the column "seconds" of 2 columns, got "b,"',
  ],
  [
    'a CSV row with a comma too many',
    'text,seconds\na,1\nb,7,2\n',
    ':3: expected a number in the column "seconds" of 2',
  ],
  ['a number that is not decimal', '0\n0x10\n', ':2: expected a number of seconds, got "0x10"'],
  ['a time too far from the first', '-1e308\n1e308\n', ':2: expected a time that can be counted from the first'],
  ['a time before the one above', '1\n\n0.5\n', ':3: expected at least 1, which line 1 has, got 0.5'],
  ['a header without a time', '\nid,size\n', ':2: expected a number of seconds, a JSON object'],
])('%s is refused by its line', (_, text, message) => {
  const path = file(text);
  expect(() => readTrace(path)).toThrow(InputError);
  expect(() => readTrace(path)).toThrow(`${path}${message}`);
});

test('a file without arrivals and a file that is not there are refused', () => {
  const empty = file('\n\n');
  expect(() => readTrace(empty)).toThrow(expect.objectContaining({ code: 'TRACE_EMPTY' }));
  expect(() => readTrace(file('timestamp\n'))).toThrow(expect.objectContaining({ code: 'TRACE_EMPTY' }));
  expect(() => readTrace(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'TRACE_NOT_FOUND' }));
  expect(() => readTrace(folder)).toThrow(expect.objectContaining({ code: 'TRACE_NOT_READABLE' }));
  // What is no file may have no end.
  expect(() => readTrace('/dev/null')).toThrow('/dev/null: expected a file, got something else.');
});
