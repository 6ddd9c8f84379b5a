import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { verdictCodes } from '../../../src/analysis/verdicts/verdict-codes.ts';
import { verdictTable } from '../../../src/analysis/verdicts/verdict-table.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { verdictFamilies } from '../../../src/results/run.ts';
import { loadSuite } from '../../../src/suite/load-suite.ts';
import { applyOverrides } from '../../../src/suite/overrides.ts';

const page = readFileSync(packageFile('docs', 'verdicts.md'), 'utf8');

test('the table of the documentation is the committed one (node scripts/write-verdicts.mjs writes it)', () => {
  expect(page).toContain(`\n${verdictTable()}`);
});

test('the documentation says of every family what it asks', () => {
  const rows = page.split('\n').filter((line) => /^\| `\w+` \| .*\?/.test(line));
  expect(rows.map((line) => line.split('`')[1])).toEqual([...verdictFamilies]);
});

test('every code has one row', () => {
  const rows = verdictTable().split('\n').slice(2, -1);
  expect(rows.map((row) => row.split(' | ')[2])).toEqual(Object.keys(verdictCodes).map((code) => `\`${code}\``));
});

const steps = Object.values(verdictCodes).map(({ nextStep }) => nextStep);

test('every setting that a next step names is one that a suite takes', () => {
  const set = steps.flatMap((step) =>
    [...step.matchAll(/--set ([a-z_.]+=\w[\w.]*)/g)].map(([, setting = '']) => setting),
  );
  expect(set.length).toBeGreaterThan(10);
  // One by one: of two lengths, one would be more than the other allows.
  for (const setting of new Set(set)) {
    const phase = /^policy\.(warmup|window)\.min_duration=(.*)$/.exec(setting);
    const room = phase === null ? [] : [`policy.${phase[1]}.max_duration=300s`];
    expect(() => applyOverrides(loadSuite('default'), { set: [...room, setting] }), setting).not.toThrow();
  }
});

test('every option that a next step names is one of the command', () => {
  const main = readFileSync(packageFile('src', 'cli', 'main.ts'), 'utf8');
  const options = new Set(
    steps.flatMap((step) => [...step.matchAll(/`(--[a-z-]+)/g)].map(([, option = '']) => option)),
  );
  for (const option of options) expect(main, option).toMatch(new RegExp(`'${option}[ ']`));
});
