import { expect, test } from 'vitest';
import { html, trusted } from '../../../src/report/tco-page/html.ts';

test('text is escaped between tags and in attributes, markup is not escaped twice', () => {
  const hostile = `<b title='x'>"&"</b>`;
  const inner = html`<i title="${hostile}">${hostile}</i>`;
  const escaped = '&lt;b title=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/b&gt;';
  expect(inner.toString()).toBe(`<i title="${escaped}">${escaped}</i>`);
  expect(html`<p>${inner}</p>`.toString()).toBe(`<p><i title="${escaped}">${escaped}</i></p>`);
});

test('lists are joined, null and nothing leave nothing, and our own markup stands as it is', () => {
  expect(html`${[1, '<', null, html`<br>`]}|${null}|${[]}|${trusted('<svg/>')}`.toString()).toBe('1&lt;<br>|||<svg/>');
});
