import { expect, test } from 'vitest';
import { stageNotes } from '../../src/gate/explanation-notes.ts';

const stage = (name: string, base: number | null, head: number | null) => ({
  stage: name,
  base,
  head,
  difference: (head ?? 0) - (base ?? 0),
});

test('the stage that explains most stands in one sentence', () => {
  // 0.94 of 1 ms.
  const [first] = stageNotes([stage('preprocess', 2e-3, 2.94e-3), stage('inference', 9e-3, 9.06e-3)]);
  expect(first).toBe('preprocess takes 940 µs longer: 94 % of the change');
});

test('a stage that takes less explains a change for the better', () => {
  const [first] = stageNotes([stage('inference', 9e-3, 6e-3)]);
  expect(first).toBe('inference takes 3 ms less: 100 % of the change');
});

test('more than the whole is told as such', () => {
  const [first] = stageNotes([stage('inference', 9e-3, 12e-3), stage('postprocess', 2e-3, 1e-3)]);
  expect(first).toBe('inference takes 3 ms longer: more than the whole change, as other stages made up for some of it');
});

test('no stage is blamed where none explains half of the change, or nothing changed', () => {
  const even = ['a', 'b', 'c'].map((name) => stage(name, 1e-3, 2e-3));
  expect(stageNotes(even).every((note) => note.startsWith('stage '))).toBe(true);
  expect(stageNotes([stage('a', 1e-3, 1e-3)])).toEqual([]);
});
