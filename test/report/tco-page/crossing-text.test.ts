import { expect, test } from 'vitest';
import { crossingSentence, examinedText } from '../../../src/report/tco-page/crossing-text.ts';
import { viewOf } from '../../../src/report/tco-page/view.ts';
import type { PairOutcome } from '../../../src/tco/model/study-outcome.ts';
import { workedOutcome, workedStudy } from './worked-study.ts';

const view = viewOf(workedStudy(), workedOutcome());
const pair = (stretches: readonly (readonly [number, number])[], examinedTo = 1e9, isSettled = true): PairOutcome => {
  const last = stretches.at(-1);
  return {
    a: 'card',
    b: 'hour',
    difference: -0.1,
    breakEvenUtilisation: null,
    crossing: {
      stretches: stretches.map(([from, to]) => ({ from, to })),
      first: stretches[0]?.[0] ?? null,
      persistent: last !== undefined && last[1] === examinedTo ? last[0] : null,
      examinedTo,
      isSettled,
    },
  };
};

test('each way in which two options can cross has its own words', () => {
  const sentence = (...stretches: readonly (readonly [number, number])[]) => crossingSentence(view, pair(stretches));
  expect(sentence()).toBe('card costs less than hour at no volume.');
  expect(sentence([0, 1e9])).toBe('card costs less than hour at every volume.');
  expect(sentence([5e6, 1e9])).toBe('card costs less than hour above 5 million requests a day.');
  expect(sentence([0, 2e6])).toBe(
    'card costs less than hour from the first request on, up to 2 million; above, it no longer does.',
  );
  expect(sentence([5e6, 7e6], [2e7, 1e9])).toBe(
    'card costs less than hour first above 5 million requests a day, and at every volume above 20 million; between them the order changes with every machine more.',
  );
  expect(sentence([5e6, 7e6], [9e6, 1e7])).toBe(
    'card costs less than hour first above 5 million requests a day, the last time up to 10 million; above, it no longer does.',
  );
});

test('no sentence claims more than was examined', () => {
  const upTo = (...stretches: readonly (readonly [number, number])[]) =>
    crossingSentence(view, pair(stretches, 1e9, false));
  const bound = 'up to the 1 billion that were examined';
  expect(upTo()).toBe(`card costs less than hour at no volume, ${bound}.`);
  expect(upTo([0, 1e9])).toBe(`card costs less than hour at every volume, ${bound}.`);
  expect(upTo([5e6, 1e9])).toBe(`card costs less than hour above 5 million requests a day, ${bound}.`);
  expect(upTo([0, 2e6])).toContain(`above, it no longer does, ${bound}.`);
  expect(upTo([5e6, 7e6], [2e7, 1e9])).toContain(`at every volume above 20 million, ${bound}; between`);
});

test('what is not settled says how far was looked', () => {
  expect(examinedText(pair([[0, 1e9]]))).toBe('all volumes');
  expect(examinedText(pair([[0, 1e9]], 1e9, false))).toBe('up to 1 billion');
});
