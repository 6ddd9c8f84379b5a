import { expect, test } from 'vitest';
import { parseYaml, parseYamlValue } from '../../src/kernel/yaml-source.ts';

/** `line:column message` of every problem. */
function problems(text: string, dialect: 'yaml' | 'json' = 'yaml'): string[] {
  return parseYaml(text, dialect).problems.map(
    ({ position, message }) => `${position.line}:${position.column} ${message}`,
  );
}

test('on, off, yes and no are text, as YAML 1.2 has them', () => {
  expect(parseYaml('a: [on, off, yes, no, true, 0o17, 1_000]', 'yaml').value).toEqual({
    a: ['on', 'off', 'yes', 'no', true, 15, '1_000'],
  });
});

test('a %YAML 1.1 directive, which would turn on into true, is refused', () => {
  expect(problems('%YAML 1.1\n---\na: on\n')).toEqual([
    '1:1 expected no directive, got "%YAML 1.1"; remove the line (files are read as YAML 1.2)',
  ]);
});

test('a %TAG directive is refused where it stands', () => {
  expect(problems('# c\n%TAG ! tag:x,2000:\n---\na: 1\n')[0]).toMatch(/^2:1 expected no directive/);
});

test('a byte order mark and CRLF change no position', () => {
  const source = parseYaml('\u{FEFF}a: 1\r\nb:\r\n  c: 2\r\n'.slice(1), 'yaml');
  expect(source.value).toEqual({ a: 1, b: { c: 2 } });
  expect(source.positionOf(['b', 'c'], 'value')).toEqual({ line: 3, column: 6 });
});

test('a tab as indentation is named as such', () => {
  expect(problems('a:\n\tb: 1\n')[0]).toBe('2:1 expected spaces as indentation, got a tab');
});

test('a key that is there twice is an error at the second', () => {
  expect(problems('a: 1\nb: 2\na: 3\n')).toEqual([
    '3:1 expected each key once in a map, got it twice; remove one of the two',
  ]);
});

test.each([
  ['<<: {a: 1}\nb: 2\n', /^1:1 expected no merge key/],
  ['b: &x {a: 1}\nc:\n  <<: *x\n', /^3:3 expected no merge key/],
  ['a: !!set {x}\n', /^1:4 expected no tag/],
  ['a: !foo 3\n', /^1:4 expected no tag/],
  ['1: a\n', /^1:1 expected a text as key, got number 1/],
  ['? [1, 2]\n: a\n', /^1:3 expected a text as key, got a list or map/],
  [': a\n', /^1:1 expected a text as key, got an empty key/],
  ['__proto__: {a: 1}\n', /^1:1 expected another key, got "__proto__"/],
  ['a: *nothing\n', /^1:4 expected an anchor "&nothing" before its alias, got none/],
  ['a: 1\n---\nb: 2\n', /^2:1 expected one document in the file/],
  ['a: [1, 2\n', /^\d+:\d+ not valid YAML/],
  ['a: "x\n', /^\d+:\d+ not valid YAML/],
  ['a: 1\n  b: 2\n', /^\d+:\d+ not valid YAML/],
])('%j is refused', (text, message) => {
  expect(problems(text)[0]).toMatch(message);
});

test('a quoted "<<" is a key like any other', () => {
  expect(parseYaml('"<<": 1', 'yaml')).toMatchObject({ problems: [], value: { '<<': 1 } });
});

test('an alias is expanded', () => {
  const source = parseYaml('a: &x [1, 2]\nb: *x\n', 'yaml');
  expect(source).toMatchObject({ problems: [], value: { a: [1, 2], b: [1, 2] } });
  // A place behind an alias is where the anchor's value stands: "[1, " begins in column 7, so that the 2 is in column 11.
  expect(source.positionOf(['b', 1], 'value')).toEqual({ line: 1, column: 11 });
});

test('an alias inside of its own anchor is refused', () => {
  expect(problems('a: &x [1, *x]\n')).toEqual([
    '1:11 expected a value that ends, got an alias inside of its own anchor',
  ]);
});

test('aliases that multiply to billions of values are refused without expanding them', () => {
  const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 10; level++) {
    levels.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  expect(problems(levels.join('\n'))).toEqual([
    expect.stringMatching(/expected at most 100000 values, got 1\.23e\+10/),
  ]);
});

test.each([
  ['lists in brackets', '['.repeat(100_000)],
  ['maps in braces', '{a: '.repeat(100_000)],
  ['lists of dashes', `${'- '.repeat(100_000)}a`],
  ['complex keys', `${'? '.repeat(100_000)}a`],
  ['maps by indentation', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
])('a hundred thousand nested %s are refused before the parser recurses', (_what, text) => {
  const source = parseYaml(text, 'yaml');
  expect(source.fatal).toBe(true);
  expect(source.problems).toEqual([
    expect.objectContaining({ message: 'expected at most 64 levels, got deeper nesting' }),
  ]);
});

test('more aliases or words than a person writes are refused before the parser takes its time over them', () => {
  expect(problems(`a: &x 1\nb: [${Array(101).fill('*x').join(', ')}]`)).toEqual([
    // "b: [" and 100 times "*x, " stand before it: column 4 + 400 + 1.
    '2:405 expected at most 100 aliases, got more',
  ]);
  expect(problems(Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n'))).toEqual([
    expect.stringMatching(/expected at most 50000 words and signs, got more$/),
  ]);
});

test('a long line in flow style is no nesting', () => {
  const text = `a: {${Array.from({ length: 200 }, (_, index) => `key${index}: ${index}`).join(', ')}}`;
  expect(parseYaml(text, 'yaml').problems).toEqual([]);
});

test('positions of keys, values, list entries and of what is missing', () => {
  const source = parseYaml('name: x\nmatrix:\n  batch_size: [1, 8]\n  fusion:\n    - "on"\nempty:\n', 'yaml');
  expect(source.positionOf(['matrix', 'batch_size'], 'key')).toEqual({ line: 3, column: 3 });
  expect(source.positionOf(['matrix', 'batch_size'], 'value')).toEqual({ line: 3, column: 15 });
  expect(source.positionOf(['matrix', 'batch_size', 1], 'value')).toEqual({ line: 3, column: 19 });
  expect(source.positionOf(['matrix', 'fusion', 0], 'value')).toEqual({ line: 5, column: 7 });
  expect(source.positionOf(['matrix', 'threads'], 'value')).toEqual({ line: 2, column: 1 }); // the map that lacks it
  expect(source.positionOf(['empty'], 'value')).toEqual({ line: 6, column: 1 }); // nothing stands behind the key
});

test('JSON with tabs is read, and where it is no JSON that is said', () => {
  const source = parseYaml('{\n\t"a": [1,\n\t\t2]\n}', 'json');
  expect(source).toMatchObject({ problems: [], value: { a: [1, 2] } });
  expect(source.positionOf(['a', 1], 'value')).toEqual({ line: 3, column: 3 });
  expect(problems('{"a": 1, "a": 2}', 'json')).toHaveLength(1);
  expect(problems('{"a": 1,}', 'json')[0]).toMatch(/not valid/);
  expect(problems('{a: 1}', 'json')[0]).toMatch(/not valid/);
  expect(problems('{"a": 1} # no', 'json')[0]).toMatch(/not valid/);
});

test('the value of an option is YAML too', () => {
  expect(parseYamlValue('[1, 8]')).toEqual({ value: [1, 8], problem: null });
  expect(parseYamlValue('on')).toEqual({ value: 'on', problem: null });
  expect(parseYamlValue('')).toEqual({ value: null, problem: null });
  expect(parseYamlValue('[1').problem).toMatch(/not valid YAML/);
});
