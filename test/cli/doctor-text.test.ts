import { expect, test } from 'vitest';
import { ok } from '../../src/cli/doctor-check.ts';
import { describeChecks } from '../../src/cli/doctor-text.ts';

const long = 'a word and another word '.repeat(12).trim();
const command = `node ${'x'.repeat(80)} --install`;

const lines = describeChecks(
  [
    {
      subject: 'System',
      checks: [ok('node', 'fine'), { name: 'memory', status: 'warning', message: long, fix: `${long}.` }],
    },
    { subject: 'Engine', checks: [{ name: 'cuda', status: 'optional', message: 'absent', fix: command }] },
  ],
  false,
).split('\n');

test('checks stand under their subject, and no line is longer than 100 columns', () => {
  expect(lines[0]).toBe('System');
  expect(lines[1]).toMatch(/^ {2}ok +node +fine$/);
  expect(lines).toContain('Engine');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a command is never broken, so that it can be copied', () => {
  expect(lines.map((line) => line.trim())).toContain(command);
});

test('the last line says whether bench can run', () => {
  expect(lines.at(-2)).toContain('dyno bench cannot run here');
});

test('what the check before it said already is not said again, unless something else is to be done', () => {
  const absent = { name: 'a', status: 'optional', message: 'there is no python3', fix: 'install it' } as const;
  const checks = [absent, { ...absent, name: 'b' }, { ...absent, name: 'c', fix: 'install more' }];
  const text = describeChecks(
    [
      { subject: 'Backends', checks },
      { subject: 'Others', checks: [absent] },
    ],
    true,
  );
  expect(text.split('\n').map((line) => line.trim())).toEqual([
    ...['Backends', 'optional  a  there is no python3', 'install it', 'optional  b  the same'],
    ...['optional  c  the same', 'install more', ''],
    ...['Others', 'optional  a  there is no python3', 'install it', '', 'dyno bench can run here.', ''],
  ]);
});

test('a short line that asks for nothing is said again', () => {
  const text = describeChecks(
    [{ subject: 'Backends', checks: [ok('a', '1.0 on a CPU'), ok('b', '1.0 on a CPU')] }],
    true,
  );
  expect(text).toMatch(/ok +a +1\.0 on a CPU\n +ok +b +1\.0 on a CPU\n/);
});
