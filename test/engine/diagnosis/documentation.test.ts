import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { knownErrors } from '../../../src/engine/diagnosis/explain-error.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';

/** Bars would end the cell; less-than signs would begin HTML. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}

test('docs/troubleshooting.md lists every known error as it is explained, and no other', () => {
  const page = readFileSync(packageFile('docs', 'troubleshooting.md'), 'utf8');
  const [section = ''] = (page.split('\n## Known errors\n')[1] ?? '').split('\n## ');
  const rows = section.split('\n').filter((line) => /^\| `[A-Z0-9_]+`/.test(line));
  const expected = knownErrors.map(({ code, title, meaning, remedy, source }) => {
    const [address = '', note = ''] = source.split(/ (?=\()/);
    return `| \`${code}\` ${cell(title)} | ${cell(meaning)} | ${cell(remedy)} | [source](${address})${note === '' ? '' : ` ${note}`} |`;
  });
  expect(rows).toEqual(expected);
});
