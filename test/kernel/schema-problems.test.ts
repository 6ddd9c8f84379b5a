import { expect, test } from 'vitest';
import * as z from 'zod';
import { checkValue } from '../../src/kernel/schema-problems.ts';
import { pathText } from '../../src/kernel/value-path.ts';

const duration = z.union([z.number().min(0), z.string().regex(/^\d+s$/, { error: 'expected a duration' })], {
  error: 'expected a duration',
});
const shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('circle'), radius: z.number().positive() }),
  z.strictObject({ kind: z.literal('line') }),
]);
const precision = z.enum(['fp32', 'int8']);
const threads = z.union([z.int().min(1), z.literal('auto')]);
const schema = z.strictObject({
  name: z.string(),
  count: z.int().min(1).max(8).optional(),
  enabled: z.boolean().optional(),
  wait: duration.optional(),
  precision: z.union([precision, z.array(precision).min(1)]).optional(),
  threads: threads.optional(),
  sweep: z.union([threads, z.array(threads).min(1)]).optional(),
  shape: shape.optional(),
  sizes: z.record(z.string(), z.int().min(1)).optional(),
  points: z.array(z.strictObject({ x: z.number(), y: z.number() })).optional(),
});

/** `path: message` of every problem. */
function problems(value: unknown): string[] {
  const checked = checkValue(schema, value);
  if (checked.fits) return [];
  return checked.problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
}

test('a value that fits is given back', () => {
  expect(checkValue(schema, { name: 'a', wait: '5s' })).toEqual({ fits: true, value: { name: 'a', wait: '5s' } });
});

test.each<[string, unknown, string[]]>([
  ['a missing key', {}, ['name: expected text, got nothing: the key is missing']],
  ['a key with nothing behind it', { name: null }, ['name: expected text, got nothing']],
  ['a number for text', { name: 3 }, ['name: expected text, got 3']],
  ['a fraction', { name: 'a', count: 1.5 }, ['count: expected a whole number, got 1.5']],
  ['a number that is too small', { name: 'a', count: 0 }, ['count: expected at least 1, got 0']],
  ['a number that is too large', { name: 'a', count: 9 }, ['count: expected at most 8, got 9']],
  ['infinity', { name: 'a', wait: Number.POSITIVE_INFINITY }, ['wait: expected a duration, got Infinity']],
  ['text for a boolean', { name: 'a', enabled: 'on' }, ['enabled: expected true or false, got "on"']],
  ['a duration of a wrong unit', { name: 'a', wait: '5 parsec' }, ['wait: expected a duration, got "5 parsec"']],
  ['a list for a duration', { name: 'a', wait: [1] }, ['wait: expected a duration, got a list of 1']],
  [
    'a value that is nearly known',
    { name: 'a', precision: 'fp23' },
    ['precision: expected one of "fp32", "int8", got "fp23". Did you mean "fp32"?'],
  ],
  [
    'one in a list',
    { name: 'a', precision: ['fp32', 'int9'] },
    ['precision[1]: expected one of "fp32", "int8", got "int9". Did you mean "int8"?'],
  ],
  ['an empty list', { name: 'a', precision: [] }, ['precision: expected at least 1 entry, got an empty list']],
  [
    'a boolean for a name or list',
    { name: 'a', precision: true },
    ['precision: expected one of "fp32", "int8" or a list, got true'],
  ],
  [
    'a word where another is known',
    { name: 'a', threads: 'atuo' },
    ['threads: expected a number or "auto", got "atuo". Did you mean "auto"?'],
  ],
  ['a boolean for a number or word', { name: 'a', threads: true }, ['threads: expected a number or "auto", got true']],
  [
    'an unknown kind',
    { name: 'a', shape: { kind: 'circel' } },
    ['shape.kind: expected one of "circle", "line", got "circel". Did you mean "circle"?'],
  ],
  [
    'no kind',
    { name: 'a', shape: { radius: 1 } },
    ['shape.kind: expected one of "circle", "line", got nothing: the key is missing'],
  ],
  [
    'a mistyped "kind"',
    { name: 'a', shape: { kidn: 'line' } },
    ['shape.kidn: expected a known key, got "kidn". Did you mean "kind"?'],
  ],
  [
    'a key of another kind',
    { name: 'a', shape: { kind: 'line', radius: 1 } },
    ['shape.radius: expected a known key, got "radius". Known: kind'],
  ],
  ['a list for a map', { name: 'a', shape: [] }, ['shape: expected a map (key: value), got an empty list']],
  ['a wrong value of a free key', { name: 'a', sizes: { 'a.b': 0 } }, ['sizes["a.b"]: expected at least 1, got 0']],
  ['a list instead of the whole', [], [': expected a map (key: value), got an empty list']],
  ['text instead of the whole', 'name', [': expected a map (key: value), got "name"']],
])('%s', (_what, value, expected) => {
  expect(problems(value)).toEqual(expected);
});

test('an unknown key is named with the nearest known one and all that are known there', () => {
  expect(problems({ name: 'a', points: [{ x: 1, y: 2, z: 3 }], thread: 1 })).toEqual([
    'points[0].z: expected a known key, got "z". Did you mean "x"? Known: x, y',
    'thread: expected a known key, got "thread". Did you mean "threads"? Known: name, count, enabled, wait, precision, threads, sweep, shape, sizes, points',
  ]);
});

test('a mistyped key that is required is one problem, not a missing and an unknown key', () => {
  expect(problems({ nmae: 'a' })).toEqual([
    'nmae: expected a known key, got "nmae". Did you mean "name"? It is required',
  ]);
  expect(problems({ name: 'a', shape: { kind: 'circle', raduis: 2 } })).toEqual([
    'shape.raduis: expected a known key, got "raduis". Did you mean "radius"? It is required',
  ]);
});

test('all problems are found in one go', () => {
  expect(problems({ name: 1, count: 'x', wait: true, foo: 1 })).toHaveLength(4);
});
