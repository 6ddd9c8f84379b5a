import { expect, test } from 'vitest';
import { codeText, plainText } from '../../src/gate/markdown-text.ts';

const decoded = (text: string) => text.replaceAll(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)));

test('a name reads in code as it is, on one line', () => {
  const name = 'a|b `c` <d> &amp; [e](f) _g_ @h #1';
  expect(decoded(codeText(name, 60))).toBe(`<code>${name}</code>`);
  expect(codeText(name, 60)).toMatch(/^<code>[^|`<>[\]_@*]*<\/code>$/);
  expect(codeText('a\n| b\r\u202e\u0007c', 60)).toBe('<code>a &#124; b c</code>');
});

test('an address in a name is no link, and what is none reads as it is', () => {
  const name = 'https://e.org www.e.org a@e.org';
  expect(decoded(codeText(name, 60))).not.toMatch(/:\/\/|www\.|@e/);
  expect(decoded(codeText(name, 60)).replaceAll('\u200b', '')).toBe(`<code>${name}</code>`);
  for (const text of ['resnet@fp16 1.5', 'vision/batch-1', 'a:b', 'wwwx.y']) {
    expect(decoded(codeText(text, 60))).toBe(`<code>${text}</code>`);
  }
});

test('of a long name, beginning and end stay', () => {
  expect(codeText('abcdefghij'.repeat(10), 10)).toBe('<code>abcdef…hij</code>');
});

test('running text calls nobody, refers to nothing, links nowhere', () => {
  const shown = decoded(plainText('@octocat fixes #12 and GH-7, see https://e.org, www.e.org, a@b.org :tada:', 200));
  expect(shown).not.toMatch(/@\w|#\d|GH-\d|https?:\/\/|www\.|:tada:/);
  // Only spaces without width were put in.
  expect(shown.replaceAll('\u200b', '')).toBe(
    '@octocat fixes #12 and GH-7, see https://e.org, www.e.org, a@b.org :tada:',
  );
});

test('figures stay readable as they are', () => {
  for (const text of ['+14.6 % (+13.4 to +15.9 %)', '20.1 ms', '−0.4 %']) expect(plainText(text, 60)).toBe(text);
});

test('no text begins a list of its own', () => {
  expect(plainText('- a', 60)).toBe('&#45; a');
  expect(plainText('1. a', 60)).toBe('1&#46; a');
});
