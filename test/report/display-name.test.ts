import { expect, test } from 'vitest';
import { displayName, displaySentence, displayText } from '../../src/report/display-name.ts';

test('an ordinary name is shown as it is', () => {
  expect(displayName('resnet50/ort-cpu/b8')).toBe('resnet50/ort-cpu/b8');
});

test('control characters and marks of direction are shown, not obeyed', () => {
  expect(displayName('a\u202eb\u0007c\u2028d')).toBe('a\\u202eb\\u0007c\\u2028d');
});

test('right-to-left letters stay letters', () => {
  expect(displayName('שלום')).toBe('שלום');
});

test('half a surrogate pair is shown as its number, a whole one stays', () => {
  expect(displayName('x\ud800y')).toBe('x\\ud800y');
  expect(displayName('x😀y')).toBe('x😀y');
});

test('a long name keeps its beginning and its end within the limit', () => {
  const name = `${'a'.repeat(5000)}${'z'.repeat(5000)}`;
  // 10 characters: ceil(9 * 0.6) = 6 of the beginning, the ellipsis, 3 of the end.
  expect(displayName(name, 10)).toBe('aaaaaa…zzz');
});

test('text keeps its lines and is cut at the end', () => {
  expect(displayText('one\ntwo\u0000', 100)).toBe('one\ntwo\\u0000');
  expect(displayText('abcdef', 3)).toBe('abc…');
});

test('an empty name is said to be none', () => {
  expect(displayName('')).toBe('(no name)');
});

test('a sentence keeps its words, but no word longer than a name', () => {
  expect(displaySentence(`the ${'x'.repeat(100)} is fast`)).toBe(`the ${'x'.repeat(36)}…${'x'.repeat(23)} is fast`);
});
