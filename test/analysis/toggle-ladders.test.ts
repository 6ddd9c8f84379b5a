import { expect, test } from 'vitest';
import { laddersOf } from '../../src/analysis/toggle-ladders.ts';
import { toggleText } from '../../src/analysis/toggles.ts';
import { type ToggleSketch, toggleRun } from './toggle-run.ts';

function ladders(...sketches: ToggleSketch[]) {
  const run = toggleRun(sketches);
  return laddersOf(run, run).map(({ steps, total }) => ({
    steps: steps.map(({ to, toggles, speed }) => [toggles.join(' and '), toggleText(to), speed.value]),
    total: total.value,
    low: total.low,
  }));
}

test('hygiene, our fusions, the engine’s, layout and precision are steps of their own, and multiply to the total', () => {
  const found = ladders(
    { precision: 'int8', times: [5, 10] },
    { times: [20, 40] },
    { layout: 'plain', times: [30, 60] },
    { fusion: 'graph', times: [45, 90] },
    { fusion: 'off', hygiene: 'on', times: [50, 100] },
    { fusion: 'off', times: [60, 120] },
  );
  expect(found).toHaveLength(1);
  expect(found[0]?.steps.map(([name, text]) => [name, text])).toEqual([
    ['hygiene', 'fp32, fusion off, hygiene on'],
    ['fusion', 'fp32, fusion graph'],
    ['fusion', 'fp32, fusion on, layout plain'],
    ['layout', 'fp32, fusion on'],
    ['precision', 'int8, fusion on'],
  ]);
  // 60 → 50 → 45 → 30 → 20 → 5.
  const factors = found[0]?.steps.map(([, , value]) => Number(value)) ?? [];
  [6 / 5, 10 / 9, 3 / 2, 3 / 2, 4].forEach((factor, index) => {
    expect(factors[index]).toBeCloseTo(factor, 10);
  });
  expect(factors.reduce((product, factor) => product * factor, 1)).toBeCloseTo(12, 10);
  expect(found[0]?.total).toBeCloseTo(12, 10);
});

test('where the cases between are missing, one step is named by all that it sets', () => {
  const [found] = ladders({ fusion: 'off', times: [4] }, { times: [1] });
  expect(found?.steps).toEqual([['hygiene and fusion and layout', 'fp32, fusion on', 4]]);
});

test('the engine’s own fusions have a ladder of their own, to which ours come last', () => {
  const found = ladders(
    { fusion: 'off', times: [8] },
    { fusion: 'graph', times: [7] },
    { fusion: 'engine', layout: 'plain', times: [4] },
    { fusion: 'engine', times: [2] },
    { times: [1] },
  );
  expect(found.map(({ steps }) => steps.map(([name, text]) => [name, text]))).toEqual([
    [
      ['hygiene and fusion', 'fp32, fusion graph'],
      ['fusion and layout', 'fp32, fusion on'],
    ],
    [
      ['fusion', 'fp32, fusion engine, layout plain'],
      ['layout', 'fp32, fusion engine'],
      ['hygiene and fusion', 'fp32, fusion on'],
    ],
  ]);
});

test('each further precision has a ladder, from the highest step that it has, too', () => {
  const found = ladders(
    { fusion: 'off', times: [8] },
    { times: [4] },
    { precision: 'int8', times: [1] },
    { precision: 'bf16', fusion: 'off', times: [9] },
    { precision: 'fp16', times: [5], changes: { status: 'skipped' } },
  );
  expect(found.map(({ steps }) => steps.map(([, text]) => text))).toEqual([
    ['fp32, fusion on', 'int8, fusion on'],
    ['bf16, fusion off'],
  ]);
});

test('steps are of the rounds that all cases of the ladder have, so that they multiply', () => {
  const [found] = ladders(
    { fusion: 'off', times: [8, 80, 16] },
    { times: [4, 4, 4] },
    { precision: 'int8', times: [1, null, 2] },
  );
  // Round 1 is left out of every step: √(2 · 4) = √8, and √(4 · 2) = √8.
  expect(found?.steps.map(([, , value]) => Number(value).toFixed(6))).toEqual([
    Math.sqrt(8).toFixed(6),
    Math.sqrt(8).toFixed(6),
  ]);
  expect(found?.total).toBeCloseTo(8, 10);
});

test('one case is no ladder', () => {
  expect(ladders({ times: [4] }, { fusion: 'off', times: [5], changes: { status: 'failed' } })).toEqual([]);
});
