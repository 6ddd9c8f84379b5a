import { expect, test } from 'vitest';
import type { Readings } from '../../src/gate/reading.ts';
import { differingAnswers, withComparedAnswers } from '../../src/gate/same-answers.ts';
import type { AnswersRecord } from '../../src/results/events.ts';

const answers = (...items: string[]) => ({ sha256: items.join(), items: items.length, codes: items.join('') });

test('equal answers differ in nothing, whatever their marks', () => {
  expect(differingAnswers(answers('abc.xy.', 'def.xy.'), answers('abc.xy.', 'def~xy?'))).toEqual({ items: 0, of: 2 });
});

test('an item counts once, whether what was answered differs, where that lies, or both', () => {
  const base = answers('abc.xy.', 'abc.xy.', 'abc.xy.', 'abc.xy.');
  const head = answers('abc.xy.', 'abd.xy.', 'abc.xz.', 'abd.xz.');
  expect(differingAnswers(base, head)).toEqual({ items: 3, of: 4 });
});

test('a tie in both versions is no difference, a tie in one is', () => {
  expect(differingAnswers(answers('abc~xy.'), answers('abd~xy.')).items).toBe(0);
  expect(differingAnswers(answers('abc~xy.'), answers('abd.xy.')).items).toBe(1);
  // A version whose scores are all equal answers otherwise, though all of it is ties.
  expect(differingAnswers(answers('abc.xy.', 'abd.xy.'), answers('aaa~xy.', 'aaa~xy.')).items).toBe(2);
});

test('what one version alone can see is no difference', () => {
  expect(differingAnswers(answers('abc?xy?'), answers('abd.xz.')).items).toBe(0);
});

test('a tie of what was answered excuses nothing of where it lies', () => {
  expect(differingAnswers(answers('abc~xy.'), answers('abd~xz.')).items).toBe(1);
});

test('other numbers of items differ wholly', () => {
  expect(differingAnswers(answers('abc.xy.'), answers('abc.xy.', 'def.xy.'))).toEqual({ items: 2, of: 2 });
});

const readings = (answers?: AnswersRecord): Readings =>
  new Map([
    [
      'digits',
      {
        outcome: 'measured',
        figures: [],
        outputs: answers?.sha256 ?? null,
        ...(answers === undefined ? {} : { answers }),
        stages: {},
      },
    ],
  ]);

test('answers that differ in ties alone have the outputs of base', () => {
  const compared = withComparedAnswers(readings(answers('abc~xy.')), readings(answers('abd~xy.')));
  expect(compared.get('digits')).toMatchObject({ outputs: 'abc~xy.' });
  expect(compared.get('digits')).not.toHaveProperty('differing');
});

test('other answers keep their outputs, and how many they are is told', () => {
  const compared = withComparedAnswers(readings(answers('abc.xy.')), readings(answers('abd.xy.')));
  expect(compared.get('digits')).toMatchObject({ outputs: 'abd.xy.', differing: { items: 1, of: 1 } });
});

test('where a version tells no answers, outputs stay as they are', () => {
  const compared = withComparedAnswers(readings(), readings(answers('abd.xy.')));
  expect(compared).toEqual(readings(answers('abd.xy.')));
});
