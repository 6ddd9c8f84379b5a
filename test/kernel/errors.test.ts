import { expect, test } from 'vitest';
import { DynoError, errorText, InputError } from '../../src/kernel/errors.ts';

test('the text of an error tells its causes', () => {
  const cause = new Error('disk gone', { cause: new Error('cable out') });
  expect(errorText(new DynoError('READ', 'cannot read', { cause }))).toBe('cannot read (disk gone (cable out))');
});

test('a cause that the message quotes is not told twice', () => {
  const cause = new Error('ENOENT: no such file');
  expect(errorText(new InputError('X', `a.npy: ${cause.message}.`, { cause }))).toBe('a.npy: ENOENT: no such file.');
});

test('anything that was thrown has a text', () => {
  expect(errorText('plain')).toBe('plain');
  expect(errorText(undefined)).toBe('undefined');
});
