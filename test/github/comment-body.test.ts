import { expect, test } from 'vitest';
import { commentBody, longestComment, markerOf } from '../../action/comment-body.mjs';
import { commentMarker, gateComment, longestComment as longestOfGate } from '../../src/gate/comment.ts';
import { failureComment } from '../../src/gate/gate-failure.ts';
import { codeText, plainText } from '../../src/gate/markdown-text.ts';
import { reportOf, workedGate, workedRows, workedWrong } from '../gate/worked-report.ts';

const marker = commentMarker('small');
const run = 'https://github.com/owner/models/actions/runs/7';
const measured = { runUrl: run, artifact: 'dyno-gate' };

/** What becomes of a text below the marker. */
function posted(text: string): string {
  const body = commentBody(`${marker}\n${text}`, measured);
  const foot = `\n\n<sub>[The run that measured this](${run})</sub>\n`;
  expect(body.startsWith(`${marker}\n`)).toBe(true);
  expect(body.endsWith(foot)).toBe(true);
  return body.slice(marker.length + 1, -foot.length);
}

test('a comment of the gate is posted as it is', () => {
  const comment = gateComment(reportOf(workedGate(workedRows, { wrong: workedWrong })));
  expect(posted(comment.slice(comment.indexOf('\n') + 1))).toBe(comment.slice(comment.indexOf('\n') + 1).trimEnd());
});

test('any name and text passes unchanged once the gate has written it', () => {
  const names = [
    'a@b',
    '@everyone',
    '#12',
    '<img>',
    'a](b)',
    '`x`',
    '![x](y)',
    'GH-1 www.a.org',
    'https://a.org',
    'a@b.org c@d e_@f_g.org',
    'a&lt;b',
    '$x$ ~y~ ^z',
    'C:\\x',
    '1. a',
    '- b',
    '| c',
  ];
  for (const name of names) {
    expect(posted(codeText(name, 60))).toBe(codeText(name, 60));
    expect(posted(plainText(name, 60))).toBe(plainText(name, 60));
  }
});

test('a comment of a gate that failed is posted as it is, whatever its error says', () => {
  const version = { name: 'main', commit: null };
  const message = 'base: step 1 failed\n\n```\n@everyone <img> #1\n````text\n  ```\nmore [a](b)';
  const comment = failureComment({
    ...{ type: 'failure', schemaVersion: 1, code: 'BASE_NOT_SET_UP', message, exitCode: 4, suite: 'small' },
    ...{ base: version, head: version },
  });
  expect(posted(comment.slice(comment.indexOf('\n') + 1))).toBe(comment.slice(comment.indexOf('\n') + 1).trimEnd());
});

test('a block of code ends where GitHub ends it, and is none within HTML', () => {
  expect(posted('a\n\n```text\n@x\n```\n@y')).toBe('a\n\n```text\n@x\n```\n&#64;&#8203;y');
  expect(posted('a\n\n```text\n@x\n  `````  \n@y\n```')).toBe(
    'a\n\n```text\n@x\n  `````  \n&#64;&#8203;y\n&#96;&#96;&#96;',
  );
  expect(posted('<details>\n```text\n<img>\n```')).toBe(
    '<details>\n&#96;&#96;&#96;text\n&#60;img&#62;\n&#96;&#96;&#96;',
  );
  // One that is never closed goes on to the end at GitHub; here it is none.
  expect(posted('a\n\n```text\n@x')).toBe('a\n\n&#96;&#96;&#96;text\n&#64;&#8203;x');
});

test('the limit and the marker are those of the gate', () => {
  expect(longestComment).toBe(longestOfGate);
  expect(markerOf(`${marker}\ntext`, 'dyno-gate')).toBe(marker);
});

test('where artifacts have names of their own, each has its comment, which tells the name', () => {
  const [linux = '', mac = ''] = ['dyno-gate-linux', 'dyno-gate-mac'].map((artifact) =>
    commentBody(`${marker}\ntext`, { runUrl: run, artifact }),
  );
  expect(new Set([marker, linux.split('\n')[0], mac.split('\n')[0]]).size).toBe(3);
  expect(linux).toMatch(/^<!-- dyno-gate [0-9a-f]{16} -->\ntext\n\n<sub>\[.*\]\(.*\), dyno-gate-linux<\/sub>\n$/);
  expect(commentBody(`${marker}\n`, { runUrl: run, artifact: '@x#1' })).toContain(', &#64;&#8203;x&#35;&#8203;1</sub>');
});

test('mentions, references, links, pictures and HTML of others lose their meaning', () => {
  // &#8203; is a space without width, which ends what GitHub would look for.
  expect(posted('@everyone')).toBe('&#64;&#8203;everyone');
  expect(posted('&#64;everyone')).toBe('&#64;&#8203;everyone');
  expect(posted('closes #12')).toBe('closes &#35;&#8203;12');
  expect(posted('closes &#35;12 GH-12')).toBe('closes &#35;&#8203;12 GH&#8203;-12');
  expect(posted('[here](https://evil.example)')).toBe('[here&#93;(https:&#8203;//evil.example)');
  expect(posted('![pixel](x)')).toBe('&#33;[pixel&#93;(x)');
  expect(posted('[a][b]\n[b]: x')).toBe('[a&#93;[b]\n[b&#93;: x');
  expect(posted('<img src=x><script>')).toBe('&#60;img src=x&#62;&#60;script&#62;');
  expect(posted('<details open ontoggle=x>')).toBe('&#60;details open ontoggle=x&#62;');
  expect(posted('<!-- hidden -->')).toBe('&#60;!-- hidden --&#62;');
  expect(posted('www.evil.example')).toBe('www&#8203;.evil.example');
  expect(posted('_www.evil.example GH-1_GH-2')).toBe('_www&#8203;.evil.example GH&#8203;-1_GH&#8203;-2');
  expect(posted('```\n@x')).toBe('&#96;&#96;&#96;\n&#64;&#8203;x');
});

test('entities in other spellings are no way around', () => {
  expect(posted('&commat;everyone &#x40;everyone &#064;everyone')).toBe(
    '&#38;commat;everyone &#38;&#35;&#8203;x40;everyone &#38;&#35;&#8203;064;everyone',
  );
  expect(posted('&lt;img&gt;')).toBe('&#38;lt;img&#38;gt;');
});

test('code is no way around', () => {
  expect(posted('<code>@a `b` ![c](d) #1</code>')).toBe('<code>&#64;a &#96;b&#96; &#33;&#91;c&#93;(d) &#35;1</code>');
  expect(posted('<code>https://evil.example www.evil.example a@evil.example</code>')).toBe(
    '<code>https:&#8203;//evil.example www&#8203;.evil.example a&#64;&#8203;evil.example</code>',
  );
  // One that is never closed is no code.
  expect(posted('<code>@a')).toBe('&#60;code&#62;&#64;&#8203;a');
});

test('marks that turn or hide text are gone', () => {
  expect(posted('a\u202eb\u0007c\u200bd')).toBe('a b c d');
});

test('what begins with another marker is refused', () => {
  for (const text of ['', 'no marker', '<!-- coverage -->', `<!-- dyno-gate ${'0'.repeat(15)} -->`, ` ${marker}`]) {
    expect(() => commentBody(`${text}\nx`, measured)).toThrow('expected the marker of a Dyno gate');
  }
});

test('what is longer than a comment of the gate is refused', () => {
  const text = `${marker}\n`;
  expect(() => commentBody(text.padEnd(60_001, 'x'), measured)).toThrow('expected 60000 characters at most, got 60001');
  expect(commentBody(text.padEnd(60_000, 'x'), measured).length).toBeLessThan(65_536);
});
