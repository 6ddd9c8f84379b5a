import { expect, test } from 'vitest';
import { interactionsOf } from '../../src/analysis/toggle-interactions.ts';
import { type ToggleSketch, toggleRun } from './toggle-run.ts';

function interactions(...sketches: ToggleSketch[]) {
  const run = toggleRun(sketches);
  return interactionsOf(run, run);
}

test('the gain of int8 with fusion over its gain without is the interaction of the two', () => {
  // With fusion 6 / 2 = 3, without 8 / 4 = 2: half as much again, in both rounds, of which one is slower altogether.
  const [found, ...others] = interactions(
    { times: [6, 60] },
    { fusion: 'off', times: [8, 80] },
    { precision: 'int8', times: [2, 20] },
    { precision: 'int8', fusion: 'off', times: [4, 40] },
  );
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    first: { toggle: 'precision', from: 'fp32', to: 'int8' },
    second: { toggle: 'fusion', from: 'off', to: 'on' },
    at: '',
  });
  for (const end of ['value', 'low', 'high'] as const) expect(found?.effect[end]).toBeCloseTo(1.5, 10);
});

test('a case that the plan does not have leaves its interaction untold and says which it is', () => {
  const [found] = interactions({ times: [6] }, { fusion: 'off', times: [8] }, { precision: 'int8', times: [2] });
  expect(found?.effect).toMatchObject({
    value: null,
    reason: { code: 'NO_SUCH_CASE', need: 'precision int8, fusion off' },
  });
});

test('a case that was skipped leaves it untold, too', () => {
  const [found] = interactions(
    { times: [6] },
    { fusion: 'off', times: [8] },
    { precision: 'int8', times: [2] },
    { precision: 'int8', fusion: 'off', times: [4], changes: { status: 'skipped' } },
  );
  expect(found?.effect).toMatchObject({ value: null, reason: { code: 'CASE_SKIPPED' } });
});

test('precision with layout is told within one fusion, hygiene with fusion within one precision', () => {
  const found = interactions(
    { times: [1] },
    { layout: 'plain', times: [2] },
    { precision: 'int8', times: [1] },
    { precision: 'int8', layout: 'plain', times: [3] },
    { hygiene: 'off', times: [4] },
    { fusion: 'off', times: [5] },
    { fusion: 'off', hygiene: 'on', times: [5] },
  );
  expect(
    found.map(({ first, second, at, effect }) => [first.toggle, second.to, at, effect.value?.toFixed(6) ?? null]),
  ).toEqual([
    ['precision', 'on', '', null],
    // int8 is as fast as fp32 with the engine's layout, and takes half as long again without: (1 / 1) / (2 / 3) = 1.5.
    ['precision', 'engine', 'fusion on', '1.500000'],
    // Hygiene gains 4 / 1 with fusion and 5 / 5 without.
    ['hygiene', 'on', 'fp32', '4.000000'],
  ]);
});

test('a group in which one toggle varies has no interaction', () => {
  expect(interactions({ times: [6] }, { fusion: 'off', times: [8] }, { fusion: 'graph', times: [2] })).toEqual([]);
});
