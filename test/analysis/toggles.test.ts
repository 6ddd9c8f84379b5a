import { expect, test } from 'vitest';
import { toggleGroups, togglesOf, toggleText, usualHygiene, usualLayout } from '../../src/analysis/toggles.ts';
import * as axes from '../../src/suite/axes.ts';
import { toggleRun } from './toggle-run.ts';

test('what follows from the other axes is here what the plan makes of it', () => {
  for (const fusion of ['off', 'graph', 'engine', 'on'] as const)
    for (const precision of ['fp32', 'tf32', 'fp16', 'bf16', 'int8', 'int8_dynamic'] as const) {
      expect(usualHygiene({ fusion, precision })).toBe(axes.usualHygiene({ fusion, precision }));
      expect(usualLayout({ fusion })).toBe(axes.usualLayout({ fusion }));
    }
});

test('a case of an older result has the layout that followed from its fusion, and no hygiene', () => {
  const { hygiene: _hygiene, layout: _layout, ...older } = toggleRun([{ times: [1] }]).cases[0]?.axes ?? never();
  expect(togglesOf({ axes: older })).toEqual({ precision: 'fp32', fusion: 'on', hygiene: 'off', layout: 'engine' });
  expect(toggleText({ axes: older })).toBe('fp32, fusion on');
});

test('hygiene and layout are said where they do not follow', () => {
  const { cases } = toggleRun([
    { precision: 'int8', times: [1] },
    { layout: 'plain', times: [1] },
    { fusion: 'off', hygiene: 'on', times: [1] },
  ]);
  expect(cases.map(toggleText)).toEqual([
    'int8, fusion on',
    'fp32, fusion on, layout plain',
    'fp32, fusion off, hygiene on',
  ]);
});

test('cases that differ in more than toggles are in groups of their own, and a group of one is none', () => {
  const { cases } = toggleRun([{ times: [1] }, { fusion: 'off', times: [1] }, { precision: 'int8', times: [1] }]);
  const [on, off, int8] = cases.map((one, index) => ({
    ...one,
    axes: { ...one.axes, batchSize: index === 2 ? 1 : 8 },
  }));
  expect(toggleGroups([on, off, int8].flatMap((one) => one ?? []))).toEqual([{ cases: [on, off] }]);
});

test('a group of which nothing was measured is none', () => {
  const skipped = { status: 'skipped' as const };
  const { cases } = toggleRun([
    { times: [1], changes: skipped },
    { fusion: 'off', times: [1], changes: skipped },
  ]);
  expect(toggleGroups(cases)).toEqual([]);
});

function never(): never {
  throw new Error('The run has a case.');
}
