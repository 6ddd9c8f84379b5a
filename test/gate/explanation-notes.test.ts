import { expect, test } from 'vitest';
import { explanationNotes, stageNotes } from '../../src/gate/explanation-notes.ts';
import type { GateReport } from '../../src/gate/gate-report.ts';
import { reportOf, workedGate, workedRows, workedWrong } from './worked-report.ts';

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

const worked = reportOf(workedGate(workedRows, { wrong: workedWrong }));
const slower = { seconds: 2e-3, share: 1, count: 3, providers: {} };
const conv = { operator: 'Conv', node: null, base: { ...slower, seconds: 1e-3, count: 2 }, head: slower };
const profiled: GateReport = {
  ...worked,
  operators: Object.fromEntries(
    ['vision', 'speech', 'text'].map((scenario) => [
      scenario,
      { operators: [{ ...conv, difference: 1e-3, noise: 1e-4 }], warnings: ['a profile of base was cut off'] },
    ]),
  ),
};

function notesOf(scenario: string, metric: string): string[] {
  const found = worked.settled.rows.find(({ row }) => row.metric.scenario === scenario && row.metric.metric === metric);
  if (found === undefined) throw new Error(`There is no ${metric} of ${scenario}.`);
  return explanationNotes(profiled, found.row);
}

const operatorNotes = [
  'calls a query: Conv 2 to 3',
  'operator Conv: +1 ms a query (1 ms to 2 ms, 100 % to 100 % of all kernels)',
  'a profile of base was cut off',
];

test('a row that is worse names its stages, then its operators', () => {
  const notes = notesOf('vision', 'latency_p50');
  expect(notes[0]).toMatch(/^preprocess takes .* longer: 100 % of the change$/);
  expect(notes.slice(-3)).toEqual(operatorNotes);
});

test('an exact row is no time, and names its operators alone', () => {
  expect(notesOf('text', 'operators')).toEqual(operatorNotes);
});

test('a row of which it is not known that it changed is not explained', () => {
  expect(notesOf('speech', 'latency_p50')).toEqual([]);
});
