import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { readCheckedFile } from '../../src/kernel/checked-file.ts';
import { sha256 } from '../../src/kernel/content-hash.ts';
import { InputError } from '../../src/kernel/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-checked-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.strictObject({ name: z.string(), sizes: z.array(z.int().min(1)).optional() });
const kind = { what: 'suite', code: 'SUITE' };

function read(content: string | Uint8Array, name = 'file.yaml') {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readCheckedFile(path, schema, kind);
}

/** The error that reading gives, its folder left out. */
function errorOf(content: string | Uint8Array, name?: string): { code: string; message: string; exitCode: number } {
  try {
    read(content, name);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { code: error.code, message: error.message.replaceAll(`${folder}/`, ''), exitCode: error.exitCode };
  }
  throw new Error('Expected an error.');
}

test('a file that fits comes back with its hash and its places', () => {
  const file = read('name: a\nsizes: [1, 2]\n');
  expect(file.value).toEqual({ name: 'a', sizes: [1, 2] });
  expect(file.sha256).toBe(sha256('name: a\nsizes: [1, 2]\n'));
  expect(file.where(['sizes', 1], 'value')).toBe(`${join(folder, 'file.yaml')}:2:12`);
});

test('one problem is one line with file, line, column and path', () => {
  expect(errorOf('name: a\nsizes: [1, 0]\n')).toEqual({
    code: 'SUITE_INVALID',
    exitCode: 3,
    message: 'file.yaml:2:12: sizes[1]: expected at least 1, got 0.',
  });
});

test('an unknown key is reported at the key, not at the map around it', () => {
  expect(errorOf('name: a\nsize: [1]\n').message).toBe(
    'file.yaml:2:1: size: expected a known key, got "size". Did you mean "sizes"? Known: name, sizes.',
  );
});

test('all problems are listed, those of the text and those of the schema', () => {
  expect(errorOf('name: 1\nname: 2\nfoo: 3\n').message.split('\n')).toEqual([
    'The suite file.yaml has 3 problems:',
    '  file.yaml:2:1: expected each key once in a map, got it twice; remove one of the two.',
    expect.stringMatching(/^ {2}file\.yaml:[12]:7: name: expected text, got [12]\.$/),
    '  file.yaml:3:1: foo: expected a known key, got "foo". Known: name, sizes.',
  ]);
});

test('a merge key is one problem, not an unknown key too', () => {
  expect(errorOf('name: a\n<<: {sizes: [1]}\n').message).toMatch(/^file\.yaml:2:1: expected no merge key.*anchor\.$/);
});

test('a hundred problems are cut to thirty and counted', () => {
  const keys = Array.from({ length: 100 }, (_, index) => `zz${index}qq: 1`).join('\n');
  const lines = errorOf(`name: a\n${keys}\n`).message.split('\n');
  expect(lines).toHaveLength(32); // a heading, thirty, and the rest in one
  expect(lines.at(-1)).toBe('  … and 70 more.');
});

test.each([
  ['an empty file', ''],
  ['only comments', '# nothing\n'],
  ['only a byte order mark', '\u{FEFF}'],
])('%s is said to be empty', (_what, text) => {
  expect(errorOf(text).message).toBe('file.yaml:1:1: expected a suite, got an empty file.');
});

test('a list instead of a map is said to be one', () => {
  expect(errorOf('- name: a\n').message).toBe('file.yaml:1:1: expected a map (key: value), got a list of 1.');
});

test('a byte order mark and CRLF are read, with the right columns', () => {
  expect(read('\u{FEFF}name: a\r\nsizes: [3]\r\n').value).toEqual({ name: 'a', sizes: [3] });
  expect(errorOf('\u{FEFF}nam: a\r\n').message).toMatch(/^file\.yaml:1:1: nam: /);
});

test('ten megabytes are refused unread', () => {
  expect(errorOf(`name: ${'a'.repeat(10_000_000)}`)).toMatchObject({
    code: 'SUITE_UNREADABLE',
    message: 'file.yaml: expected a suite file (YAML or JSON text), got 10000006 bytes, more than the 262144 allowed.',
  });
});

test.each<[string, Uint8Array]>([
  ['bytes that are not UTF-8', Uint8Array.of(0x6e, 0xff, 0xfe)],
  ['UTF-16', Uint8Array.from(Buffer.from('\u{FEFF}name: a', 'utf16le'))],
  ['a binary file', Uint8Array.of(0x08, 0x07, 0x00, 0x12)],
])('%s are refused', (_what, bytes) => {
  expect(errorOf(bytes).code).toBe('SUITE_UNREADABLE');
});

test('a folder and a missing file are told apart, and the nearest name is offered', () => {
  mkdirSync(join(folder, 'deep'), { recursive: true });
  expect(() => readCheckedFile(join(folder, 'deep'), schema, kind)).toThrow(/expected a suite file .*got a folder/);
  read('name: a\n', 'default.yaml');
  expect(() => readCheckedFile(join(folder, 'defualt.yaml'), schema, kind)).toThrow(
    /There is no suite file .*Did you mean "default.yaml"\?/,
  );
  expect(() => readCheckedFile(join(folder, 'no', 'x.yaml'), schema, kind)).toThrow(
    /The folder .* does not exist either/,
  );
  expect(() => readCheckedFile('/dev/zero', schema, kind)).toThrow(/got a device or pipe/);
});

test('a .json file is checked as JSON', () => {
  expect(read('{"name": "a",\n\t"sizes": [1]}', 'file.json').value).toEqual({ name: 'a', sizes: [1] });
  expect(errorOf('{"name": "a",\n\t"sizes": [0]}', 'file.json').message).toBe(
    'file.json:2:12: sizes[0]: expected at least 1, got 0.',
  );
  expect(errorOf('name: a', 'file.json').message).toMatch(/^file\.json:1:1: not valid/);
});
