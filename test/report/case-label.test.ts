import { expect, test } from 'vitest';
import { caseLabels, varyingParts } from '../../src/report/case-label.ts';
import { toggleRun } from '../analysis/toggle-run.ts';
import { sketchRun } from './fixtures.ts';
import type { CaseSketch } from './sketch-case.ts';

function labelsOf(...sketches: CaseSketch[]): string[] {
  return [...caseLabels(sketchRun('labels', sketches).run.cases).values()];
}

test('labels say only what differs', () => {
  expect(
    labelsOf({ workload: 'w', batchSize: 1, fusion: 'on' }, { workload: 'w', batchSize: 8, fusion: 'off' }),
  ).toEqual(['batch 1 · fused', 'batch 8 · unfused']);
});

test('labels are short where more than two parts differ', () => {
  expect(
    labelsOf(
      { workload: 'w', batchSize: 1, precision: 'fp32', threads: 1 },
      { workload: 'w', batchSize: 8, precision: 'int8', threads: 4 },
    ),
  ).toEqual(['b1 · fp32 · 1t', 'b8 · int8 · 4t']);
});

test('a single case is named by its batch size', () => {
  expect(labelsOf({ workload: 'w', batchSize: 4 })).toEqual(['batch 4']);
});

test('cases that nothing tells apart still have labels of their own', () => {
  expect(labelsOf({ workload: 'w', batchSize: 1 }, { workload: 'w', batchSize: 1 })).toEqual([
    'batch 1',
    'batch 1 (2)',
  ]);
});

test('batch size and fusion vary, threads do not', () => {
  const { cases } = sketchRun('varying', [
    { workload: 'w', batchSize: 1, fusion: 'on' },
    { workload: 'w', batchSize: 2, fusion: 'off' },
  ]).run;
  expect(varyingParts(cases)).toEqual(['batchSize', 'fusion']);
});

test('the four kinds of fusion have words of their own', () => {
  expect(
    labelsOf(...['on', 'off', 'graph', 'engine'].map((fusion) => ({ workload: 'w', batchSize: 1, fusion }))),
  ).toEqual(['fused', 'unfused', 'Dyno-fused', 'engine-fused']);
});

test('hygiene and layout are said where they do not follow from the other axes, and nowhere else', () => {
  const { cases } = toggleRun([
    { times: [1] },
    { layout: 'plain', times: [1] },
    { fusion: 'off', times: [1] },
    { fusion: 'off', hygiene: 'on', times: [1] },
    { hygiene: 'off', times: [1] },
  ]);
  expect([...caseLabels(cases).values()]).toEqual([
    'fused',
    'fused · plain',
    'unfused',
    'unfused · cleaned',
    'fused · not cleaned',
  ]);
  const usual = toggleRun([{ times: [1] }, { fusion: 'off', times: [1] }]);
  expect(varyingParts(usual.cases)).toEqual(['fusion']);
});

test('a label with a long name of a backend is shortened, so that its end is not cut off beside a chart', () => {
  const sketches = ['ort-cpu', 'pytorch-channels-last'].flatMap((backend) =>
    [1, 8].map((batchSize) => ({ workload: 'w', batchSize, backend })),
  );
  expect(labelsOf(...sketches)).toEqual([
    ...['ort-cpu · b1', 'ort-cpu · b8', 'pytorch-channels-last · b1', 'pytorch-channels-last · b8'],
  ]);
});
