import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { dataLink, embeddableJson, embeddableScript, policyHash } from '../../src/report/embed.ts';

test('embedded JSON holds no character that could end or hide its element, and reads back as the same value', () => {
  const value = { name: '</script><!--<script>', separators: '\u2028\u2029', nested: [1, null, 'é'] };
  const text = embeddableJson(value);
  expect(text).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(value);
});

test('numbers that JSON lacks become null', () => {
  expect(embeddableJson([Number.NaN, Number.POSITIVE_INFINITY, 1])).toBe('[null,null,1]');
});

test('an embedded script cannot end its element and means the same', () => {
  const code = 'globalThis.answer = ["</script>", "<script>", "</SCRIPT >"].join("|")';
  const embedded = embeddableScript(code);
  expect(embedded).not.toMatch(/<\/?script/i);
  // biome-ignore lint/security/noGlobalEval: the point is that both texts evaluate to the same value.
  expect(eval(embedded)).toBe(eval(code));
});

test('comparisons in code are left alone', () => {
  expect(embeddableScript('if (a</b/.length) c()')).toBe('if (a</b/.length) c()');
});

test('a data link carries its content', () => {
  const link = dataLink('text/csv', 'a,ü\r\n');
  expect(link.startsWith('data:text/csv;charset=utf-8;base64,')).toBe(true);
  expect(Buffer.from(link.split(',')[1] ?? '', 'base64').toString('utf8')).toBe('a,ü\r\n');
});

test('a policy hash is the SHA-256 of the bytes', () => {
  expect(policyHash('é')).toBe(
    `'sha256-${createHash('sha256')
      .update(Buffer.from([0xc3, 0xa9]))
      .digest('base64')}'`,
  );
});
