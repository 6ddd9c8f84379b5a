import { expect, test } from 'vitest';
import {
  deviationOf,
  type ExpectedDeviation,
  estimateDeviations,
  type PooledValue,
  scatterVariance,
} from '../../src/stats/pooled-deviations.ts';

/** Expectations so wide that the values alone decide. */
const wide = (around: number): ExpectedDeviation => ({ around, within: 100 });

const grouped = (groups: readonly (readonly number[])[]): PooledValue[] =>
  groups.flatMap((values, group) =>
    values.map((value) => ({
      effects: new Map([[`group ${group}`, 1]]),
      scatter: new Map([['scatter', 1]]),
      value,
    })),
  );

test('groups and scatter are told apart as the analysis of variance does', () => {
  // Pairs with means 3, -1, -2 and half differences 1, 0.5, 1. Of pairs about 0 the likelihood is highest where the scatter is the mean of
  // d²/2: (2 + 0.5 + 2) / 3 = 1.5, and scatter + 2 · group the mean of s²/2: (18 + 2 + 8) / 3 = 28/3.
  const values = grouped([
    [4, 2],
    [-0.5, -1.5],
    [-1, -3],
  ]);
  const found = estimateDeviations(
    values,
    new Map([
      ['group', wide(1)],
      ['scatter', wide(0.5)],
    ]),
  );
  expect(deviationOf(found, 'scatter') ** 2).toBeCloseTo(1.5, 1);
  expect(deviationOf(found, 'group') ** 2).toBeCloseTo((28 / 3 - 1.5) / 2, 1);
});

test('what is fixed stays, and what nothing tells of stays as expected', () => {
  const found = estimateDeviations(
    grouped([[2], [-2]]),
    new Map([
      ['group', wide(0.3)],
      ['scatter', { around: 1, within: 0 }],
      ['unseen', { around: 0.25, within: 0.5 }],
    ]),
  );
  expect(deviationOf(found, 'scatter')).toBe(1);
  expect(deviationOf(found, 'unseen')).toBeCloseTo(0.25, 9);
  // Both values are 2 away from 0: a variance of 4, of which 1 is scatter.
  expect(deviationOf(found, 'group') ** 2).toBeCloseTo(3, 1);
});

test('few values move a deviation less than many that say the same', () => {
  const expected = new Map([
    ['group', { around: 0.1, within: 0.5 }],
    ['scatter', { around: 0.1, within: 0 }],
  ]);
  const of = (count: number) =>
    deviationOf(
      estimateDeviations(grouped(Array.from({ length: count }, (_, i) => [i % 2 ? 1 : -1])), expected),
      'group',
    );
  expect(of(2)).toBeGreaterThan(0.1);
  expect(of(20)).toBeGreaterThan(of(2));
  expect(of(20)).toBeLessThan(1);
});

test('slopes are effects, too: a weight counts by its square', () => {
  // y = b·x with x = 1, 2, 3: no scatter to speak of, and so b² is the variance.
  const values = [1, 2, 3].map((x) => ({
    effects: new Map([['slope', x]]),
    scatter: new Map([['scatter', 1]]),
    value: 0.7 * x,
  }));
  const found = estimateDeviations(
    values,
    new Map([
      ['slope', wide(1)],
      ['scatter', { around: 1e-3, within: 0 }],
    ]),
  );
  expect(deviationOf(found, 'slope')).toBeCloseTo(0.7, 1);
});

test('a kind that is not expected is refused by its name', () => {
  const values = grouped([[1]]);
  expect(() => estimateDeviations(values, new Map([['scatter', wide(1)]]))).toThrow(
    /a kind with a deviation, got "group"/,
  );
  expect(() => scatterVariance(new Map([['server', 1]]), new Map())).toThrow(/got "server"/);
});

test('scatter of several kinds adds up', () => {
  const deviations = new Map([
    ['scatter', 0.3],
    ['server', 0.4],
  ]);
  expect(
    scatterVariance(
      new Map([
        ['scatter', 1],
        ['server', 1],
      ]),
      deviations,
    ),
  ).toBeCloseTo(0.25, 12);
});
