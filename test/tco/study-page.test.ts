import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { defaultFigures } from '../../src/tco/defaults.ts';
import { studyJsonSchema } from '../../src/tco/study-schema.ts';
import { studySources } from '../../src/tco/study-sources.ts';
import { readText } from './study-fixture.ts';

const page = readFileSync(packageFile('docs', 'tco-study.md'), 'utf8');

test('the page has every default with its range and its source', () => {
  const rows = Object.entries(defaultFigures).flatMap(([name, known]) => {
    if ('usual' in known) return [];
    const { value, low, high, currency, date, source } = known;
    const money = currency === undefined ? '' : ` ${currency}${date === undefined ? '' : ` of ${date}`}`;
    return [`| \`${name}\` | ${value}${money} | ${low} to ${high} | ${source} |`];
  });
  const table = /<!-- defaults -->\n[^\n]*\n[^\n]*\n(.*?)<!-- \/defaults -->/s.exec(page)?.[1];
  expect(table?.trim().split('\n')).toEqual(rows);
});

test('the study of the page can be reckoned with as it stands there', () => {
  const text = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { model, throughputs } = readText(text, studySources({ folder: '.' }));
  expect(model.options.map(({ name }) => name)).toEqual(['two L4', 'an L4 by the hour']);
  // The row of the L4: 12,204.575 queries/s, twice for two of them.
  expect(model.options.map(({ throughput }) => throughput.itemsPerSecond)).toEqual([24_409.15, 12_204.575]);
  expect(throughputs['two L4']?.provenance).toBe('published');
});

test('the page tells of every key that a study may have', () => {
  const keys = new Set<string>();
  const collect = (schema: unknown): void => {
    if (Array.isArray(schema)) for (const one of schema) collect(one);
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties') for (const name of Object.keys(value as object)) keys.add(name);
      collect(value);
    }
  };
  collect(studyJsonSchema());
  expect(keys.size).toBeGreaterThan(80);
  expect([...keys].filter((key) => !page.includes(key))).toEqual([]);
});
