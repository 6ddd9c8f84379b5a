import { expect, test } from 'vitest';
import { interactionsOf } from '../../src/analysis/toggle-interactions.ts';
import { groupName, interactionText, pointsText, toggleSentences } from '../../src/analysis/toggle-text.ts';
import type { Case } from '../../src/results/run.ts';
import { type ToggleSketch, toggleRun } from './toggle-run.ts';

const sentences = (...sketches: ToggleSketch[]) => toggleSentences(toggleRun(sketches));

test('a group has a sentence with the speed-up, the size and the accuracy of each precision, and what fusion does', () => {
  const accuracy = (value: number) => ({ metric: 'top1', value, items: 1000, reference: null });
  const variant = { sha256: 'ab', bytes: 25_600_000, steps: [], passes: {}, fused: 0, nodes: { before: 1, after: 1 } };
  expect(
    sentences(
      { times: [4, 8], changes: { accuracy: accuracy(0.99) } },
      { fusion: 'off', times: [5, 10] },
      {
        precision: 'int8',
        times: [2, 4],
        changes: { accuracy: accuracy(0.9875), variant: { ...variant, conversion: null } },
      },
    ),
  ).toEqual([
    'resnet50, batch 8: int8 is 2.00 × as fast as fp32 (95 %: 2.00 to 2.00) at 0.250 × its size, −0.25 points top1; ' +
      'fusion on is 1.25 × as fast as off (95 %: 1.25 to 1.25).',
  ]);
});

test('one round is said to be one', () => {
  expect(sentences({ times: [4] }, { fusion: 'off', times: [5] })).toEqual([
    'resnet50, batch 8: fusion on is 1.25 × as fast as off (one round).',
  ]);
});

test('a precision that was measured at no fusion of the reference is not compared in the sentence', () => {
  expect(sentences({ times: [4] }, { precision: 'int8', fusion: 'off', times: [2] })).toEqual([]);
});

test('many groups are counted', () => {
  const { cases, policy } = toggleRun([{ times: [4] }, { fusion: 'off', times: [5] }]);
  const many = Array.from({ length: 13 }, (_, batch) =>
    cases.map((one): Case => ({ ...one, axes: { ...one.axes, batchSize: batch + 1 } })),
  ).flat();
  expect(toggleSentences({ cases: many, policy })).toEqual([
    'Precision or fusion varies in 13 groups of cases: the report has what it does in each.',
  ]);
});

test('a group is named by what differs within the run', () => {
  const [one] = toggleRun([{ times: [4] }]).cases;
  if (one === undefined) throw new Error('The run has a case.');
  const other = { ...one, axes: { ...one.axes, threads: 1, backend: 'other' }, scope: 'inference' as const };
  expect(groupName(one, [one])).toBe('resnet50, batch 8');
  expect(groupName(other, [one, other])).toBe('resnet50, batch 8, scope inference, other, 1 thread');
});

test('an interaction is told in words, and what is not told from none is called so', () => {
  const text = (int8Off: readonly number[]) => {
    const run = toggleRun([
      { times: [6, 6.01] },
      { fusion: 'off', times: [8, 8.01] },
      { precision: 'int8', times: [2, 2] },
      { precision: 'int8', fusion: 'off', times: int8Off },
    ]);
    return interactionsOf(run, run).map(interactionText);
  };
  // 3 with fusion; 2, 4 and 8 / 2.667 = 3 without.
  expect(text([4, 4])).toEqual([
    expect.stringMatching(
      /^int8 gains more with fusion on than with fusion off: 1\.50 × \(95 %: 1\.\d+ to 1\.\d+\)\.$/,
    ),
  ]);
  expect(text([2, 2])).toEqual([
    expect.stringMatching(/^int8 gains less with fusion on than with fusion off: 0\.750 × /),
  ]);
  expect(text([2.6, 2.75])).toEqual([
    expect.stringMatching(/^int8 gains about as much with fusion on as with fusion off: .*, not told from none\.$/),
  ]);
});

test('points have a sign, and none is neither more nor less', () => {
  expect([0.01, -0.0025, 0.00001].map(pointsText)).toEqual(['+1 points', '−0.25 points', '±0 points']);
});
