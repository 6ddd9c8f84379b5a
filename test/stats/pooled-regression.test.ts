import { expect, test } from 'vitest';
import { PooledRegression } from '../../src/stats/pooled-regression.ts';

const level = (extra: readonly [string, number][] = []) => new Map<string, number>([['level', 1], ...extra]);

test('a mean is drawn towards 0 by as much as its prior says', () => {
  // Two values of variance 1 and a prior of variance 1: the sum over n + 1, and 1 / (n + 1) is left of the variance.
  const fit = new PooledRegression(
    [3, 6].map((value) => ({ effects: level(), value, variance: 1 })),
    () => 1,
  );
  expect(fit.predict(level()).mean).toBeCloseTo(9 / 3, 12);
  expect(fit.predict(level()).variance).toBeCloseTo(1 / 3, 12);
});

test('with a wide prior a line is that of least squares', () => {
  // Through (0, 1), (1, 2), (2, 4): slope 3/2, 5/6 at 0.
  const fit = new PooledRegression(
    [
      [0, 1],
      [1, 2],
      [2, 4],
    ].map(([x = 0, value = 0]) => ({ effects: level([['slope', x]]), value, variance: 1e-4 })),
    () => 1e4,
  );
  expect(fit.predict(level([['slope', 0]])).mean).toBeCloseTo(5 / 6, 5);
  expect(fit.predict(level([['slope', 10]])).mean).toBeCloseTo(5 / 6 + 15, 5);
});

test('a group of few values leans on the others, and a group that nobody has seen is theirs', () => {
  const groups = { many: [4, 4, 4, 4, 4, 4, 4, 4], few: [1] };
  const fit = new PooledRegression(
    Object.entries(groups).flatMap(([name, values]) =>
      values.map((value) => ({ effects: level([[`group ${name}`, 1]]), value, variance: 1 })),
    ),
    (effect) => (effect === 'level' ? 100 : 1),
  );
  const of = (name: string) => fit.predict(level([[`group ${name}`, 1]]));
  expect(of('many').mean).toBeGreaterThan(3.8);
  expect(of('few').mean).toBeGreaterThan(1.5);
  expect(of('few').mean).toBeLessThan(of('unseen').mean);
  expect(of('unseen').variance).toBeGreaterThan(of('few').variance);
});

test('what is left out is predicted as by a fit without it', () => {
  const observations = [1, 3, 2, 7, 5].map((value, x) => ({
    effects: level([
      ['slope', x],
      [`group ${x % 2}`, 1],
    ]),
    value,
    variance: 0.5,
  }));
  const prior = (effect: string) => (effect === 'level' ? 9 : 1);
  const left = new PooledRegression(observations, prior).leaveOut([1, 3]);
  const rest = new PooledRegression(
    observations.filter((_, index) => index !== 1 && index !== 3),
    prior,
  );
  for (const [position, index] of [1, 3].entries()) {
    const expected = rest.predict(observations[index]?.effects ?? new Map());
    expect(left[position]?.mean).toBeCloseTo(expected.mean, 9);
    expect(left[position]?.variance).toBeCloseTo(expected.variance + 0.5, 9);
  }
});

test('nothing to learn from is refused', () => {
  expect(() => new PooledRegression([], () => 1)).toThrow(/at least one observation, got none/);
});
