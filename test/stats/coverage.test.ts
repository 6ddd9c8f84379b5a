import { expect, test } from 'vitest';
import { coverage, experiments } from '../../bench/coverage-experiments.mjs';

/*
 * The experiments of bench/coverage.mjs with a tenth of the draws, and without the longest. Over 200 draws a share of 95 % has a
 * standard error of 1.54 %: three of them on either side of what is expected.
 */
const draws = 200;
const quick = experiments.filter(({ name }) => !name.includes('10,000') && !name.startsWith('BCa: mean of 100'));

test.each(quick.filter(({ kind }) => kind === 'exact'))('$name holds the truth as often as it says', (experiment) => {
  const { held, level, standardError } = coverage(experiment, draws);
  expect(level).toBeGreaterThanOrEqual(0.95);
  expect(Math.abs(held - level)).toBeLessThanOrEqual(3 * standardError);
});

test.each(quick.filter(({ kind }) => kind === 'between'))('$name holds the truth in about 95 %', (experiment) => {
  const { held, standardError } = coverage(experiment, draws);
  expect(Math.abs(held - 0.95)).toBeLessThanOrEqual(3 * standardError);
});

test('the naive interval of a correlated series holds the truth in less than three quarters', () => {
  const naive = quick.find(({ name }) => name.startsWith('naive t'));
  if (naive === undefined) throw new Error('Expected the experiment.');
  expect(coverage(naive, draws).held).toBeLessThan(0.75);
});

test('an experiment that finds nothing is no answer', () => {
  const none = { name: 'none', kind: 'exact', truth: 0, interval: () => null } as const;
  expect(() => coverage(none, 1)).toThrow('No interval with seed 1.');
});
