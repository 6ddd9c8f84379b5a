import { expect, test } from 'vitest';
import { verdictOf } from '../../../src/tco/model/cost-claim.ts';

const claim = { lowerBy: 0.22, tolerance: 0.03 };

test.each([
  [-0.26, 'understated'],
  [-0.25, 'holds'],
  [-0.22, 'holds'],
  [-0.19, 'holds'],
  [-0.18, 'overstated'],
  [0, 'false'],
  [0.7, 'false'],
] as const)('a difference of %d is judged as %s', (difference, verdict) => {
  expect(verdictOf(difference, 'exact', claim)).toBe(verdict);
});

test('a bound decides only where nothing beyond it would be judged otherwise', () => {
  // A ratio of at least so much: the difference is that or lower.
  expect(verdictOf(-0.44, 'lower', claim)).toBe('understated');
  expect(verdictOf(-0.22, 'lower', claim)).toBe('undecided');
  expect(verdictOf(0.1, 'lower', claim)).toBe('undecided');
  // At most so much: the difference is that or higher.
  expect(verdictOf(0.1, 'upper', claim)).toBe('false');
  expect(verdictOf(-0.44, 'upper', claim)).toBe('undecided');
});
