import { expect, test } from 'vitest';
import { describeCases, describeShort, listedCases } from '../../src/report/case-sets.ts';
import { eightCases, inputOf, sketchRun, twoRuns } from './fixtures.ts';

const all = listedCases(inputOf(sketchRun('sets', eightCases())));

test('a short name is the workload and what tells the case from the others of it, behind the run where there are several', () => {
  expect(all.map(({ short }) => short).slice(0, 2)).toEqual(['digits · batch 1 · fused', 'digits · batch 1 · unfused']);
  expect(listedCases(twoRuns(1)).at(-1)?.short).toBe('B: resnet50 · batch 8 · unfused');
  expect(describeShort(all.slice(0, 1), all)).toBe('digits · batch 1 · fused');
});

test('all cases are said to be all', () => {
  expect(describeCases(all, all)).toBe('all 8 cases');
});

test('cases that one trait tells are described by it', () => {
  expect(
    describeCases(
      all.filter(({ one }) => one.axes.fusion === 'off'),
      all,
    ),
  ).toBe('4 cases: unfused');
});

test('cases that two traits tell are described by both', () => {
  const some = all.filter(({ one }) => one.workload === 'digits' && one.axes.batchSize === 8);
  expect(describeCases(some, all)).toBe('2 cases: digits, batch 8');
});

test('cases without a common trait are named', () => {
  const some = [0, 3, 5, 6].flatMap((index) => all[index] ?? []);
  expect(describeCases(some, all)).toBe(
    `${some
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ')} and 1 more of 8`,
  );
});

test('cases of one of two runs are described by the run', () => {
  const ofBoth = listedCases(twoRuns(1));
  expect(
    describeCases(
      ofBoth.filter(({ run }) => run === 'B'),
      ofBoth,
    ),
  ).toBe('8 cases: run B');
});
