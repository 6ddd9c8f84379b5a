import { expect, test } from 'vitest';
import { benchTable } from '../../src/cli/bench-table.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readRun } from '../../src/results/result-folder.ts';
import type { Case, Run } from '../../src/results/run.ts';

const example = readRun(packageFile('results', 'example'));

/** The example with each case changed. */
function changed(change: (one: Case, index: number) => Partial<Case>): Run {
  return { ...example, cases: example.cases.map((one, index) => ({ ...one, ...change(one, index) })) };
}

test('a failure that cases share is one line that counts them and names the first', () => {
  const cause = { code: 'X', message: 'It broke.', exitCode: 4, signal: null, stderrTail: '' };
  const lines = benchTable(changed((_, index) => (index < 3 ? { status: 'failed', cause } : {}))).split('\n');
  expect(lines.filter((line) => line.startsWith('failed:'))).toEqual([
    `failed: ${example.cases[0]?.id} and 2 more: It broke. (X)`,
  ]);
});

test('what is known of an error stands below the line of the failure', () => {
  const explanation = {
    code: 'FULL',
    title: 'Error 2',
    meaning: 'The memory is full.',
    remedy: 'Take smaller batches.',
  };
  const cause = { code: 'X', message: 'It broke.', exitCode: 4, signal: null, stderrTail: '', explanation };
  const table = benchTable(changed(() => ({ status: 'failed', cause })));
  expect(table).toContain(': It broke. (X)\n  Error 2: The memory is full.\n  what to do: Take smaller batches.\n');
});

test('what did not take effect is said of a measured case only', () => {
  const reasons = { 'effective.threads': { code: 'NOT_IN_EFFECT', need: 2, have: '1' } };
  const lines = benchTable(
    changed((_, index) => ({ reasons, ...(index === 0 ? { status: 'skipped' as const } : {}) })),
  );
  expect(lines).toContain(`not in effect: ${example.cases[1]?.id} and 6 more: threads asked 2, got 1 (NOT_IN_EFFECT)`);
});

test('a percentile that is withheld is a dash, with the command that gets it', () => {
  const table = benchTable(example);
  expect(table).toContain('–');
  expect(table).toContain('npm run bench -- --set policy.window.min_queries=662');
});
