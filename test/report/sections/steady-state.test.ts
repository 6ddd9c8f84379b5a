import { expect, test } from 'vitest';
import { steadyNotes, steadyTables } from '../../../src/report/sections/steady-state.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';
import { changed, steady, withSteadyStates } from '../judged.ts';

const fiveRounds = sketchRun('steady', eightCases(1, 5));
const shift = { atSeconds: 4.2, before: 0.01, after: 0.012, p: 0.001 };

function rowOf(of: Parameters<typeof withSteadyStates>[1]) {
  return steadyTables(inputOf(withSteadyStates(fiveRounds, of)), 100)[0]?.rows[0]?.cells;
}

test('an older result, which knows of neither steady state nor warm-up, has no such table', () => {
  expect(steadyTables(inputOf(fiveRounds), 100)).toEqual([]);
  expect(steadyNotes(inputOf(fiveRounds), 100)).toEqual([]);
});

test('five steady rounds are said once, with the range of their figures', () => {
  const cells = rowOf((_case, round) => steady({ drift: round / 100 }));
  expect(cells?.map(({ text }) => text)).toEqual([
    'digits · batch 1 · fused',
    '✓ steady',
    '0.0 % to +4.0 %',
    '2.1 %',
    'none',
    'the start',
    '10 s (8 s)',
    '40 queries, 1.2 s, ended by plateau',
  ]);
});

test('rounds that are not steady are counted and named', () => {
  const cells = rowOf((_case, round) =>
    steady(round === 2 ? { verdict: 'up', drift: 0.12, levelShift: shift, plateauFromSeconds: null } : {}),
  );
  expect(cells?.[1]).toMatchObject({ text: '△ 1 drifting up (round 2); 4 steady', tone: 'warn wide' });
  expect(cells?.[4]).toMatchObject({ text: 'round 2: +20 % at 4.2 s', note: '10 ms before, 12 ms after; p = 0.0010' });
  expect(cells?.[5]?.text).toBe('the start; never in 1');
});

test('a window that is shorter than its figures ask for is marked', () => {
  expect(rowOf(() => steady({ windowNeededSeconds: 31 }))?.[6]).toMatchObject({
    text: '10 s (31 s)',
    tone: 'number warn',
  });
});

test('a case that was not judged says why', () => {
  const run = changed(
    withSteadyStates(fiveRounds, () => null),
    (one) => ({
      ...one,
      reasons: { ...one.reasons, 'rounds.0.summary.steadyState': { code: 'TOO_FEW_QUERIES', need: 16, have: 9 } },
    }),
  );
  expect(steadyTables(inputOf(run), 100)[0]?.rows[0]?.cells[1]).toMatchObject({
    text: 'not judged',
    note: 'Too few queries: 16 are needed, 9 were measured.',
  });
});

test('a warm-up that found no plateau is marked', () => {
  const run = changed(
    withSteadyStates(fiveRounds, () => steady()),
    (one) => ({
      ...one,
      rounds: one.rounds.map((round) => ({
        ...round,
        summary:
          round.summary === null
            ? null
            : { ...round.summary, warmup: { queries: 90, seconds: 9, ended: 'no plateau' } },
      })),
    }),
  );
  expect(steadyTables(inputOf(run), 100)[0]?.rows[0]?.cells[7]).toMatchObject({
    text: '90 queries, 9 s, ended by no plateau',
    tone: 'warn wide',
  });
});
