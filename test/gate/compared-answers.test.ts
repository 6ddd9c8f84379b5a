import { expect, test } from 'vitest';
import { answersFacts } from '../../src/gate/compared-answers.ts';
import type { Failed, Pair } from '../../src/gate/pair.ts';
import { madePair, observation } from './made-pairs.ts';

const pair = (scenario: string, base: string | null, head: string | null): Pair =>
  madePair(0, { ...observation({}), outputs: base }, { ...observation({}), outputs: head }, { scenario });
const failed: Failed = { outcome: 'failed', code: 'EXIT_CODE', message: '', pid: null };

test('where all answers were compared, nothing is told', () => {
  expect(answersFacts([pair('a', 'x', 'y'), pair('b', 'x', 'x')])).toEqual([]);
  expect(answersFacts([])).toEqual([]);
});

test('scenarios whose answers one version did not tell are counted, with the version', () => {
  expect(answersFacts([pair('a', 'x', 'x'), pair('b', null, 'x'), pair('c', null, 'x')])).toEqual([
    { name: 'answers', value: 'compared in 1 of 3 scenarios; of the others base told none' },
  ]);
  expect(answersFacts([pair('a', null, 'x'), pair('b', 'x', null)])).toEqual([
    { name: 'answers', value: 'compared in 0 of 2 scenarios; of all base or head told none' },
  ]);
});

test('a process that failed, and a scenario that one version never measured, count for nothing', () => {
  const one = pair('a', 'x', 'x');
  const other = { ...pair('b', null, null), base: failed };
  expect(answersFacts([{ ...one, head: failed }, one, other])).toEqual([]);
});
