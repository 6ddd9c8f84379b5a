import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { benjaminiHochberg, holm } from '../../src/stats/multiple-comparisons.ts';

test('four p values are adjusted by hand', () => {
  const p = [0.04, 0.01, 0.03, 0.02];
  // In rising order 0.01, 0.02, 0.03, 0.04: times 4, 3, 2, 1 = 0.04, 0.06, 0.06, 0.04; never below the one before.
  expect(holm(p)).toEqual([0.06, 0.04, 0.06, 0.06].map((value) => expect.closeTo(value, 14)));
  // Times 4/1, 4/2, 4/3, 4/4: all 0.04.
  expect(benjaminiHochberg(p)).toEqual([0.04, 0.04, 0.04, 0.04].map((value) => expect.closeTo(value, 14)));
});

interface Golden {
  readonly p: number[];
  readonly holm: number[];
  readonly benjaminiHochberg: number[];
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).adjusted;
test.each(golden)('numpy and scipy find the same of $p.length p values', (given) => {
  expect(holm(given.p)).toEqual(given.holm.map((value) => expect.closeTo(value, 12)));
  expect(benjaminiHochberg(given.p)).toEqual(given.benjaminiHochberg.map((value) => expect.closeTo(value, 12)));
});

test('no tests need no adjustment, and what is no p value is refused', () => {
  expect(holm([])).toEqual([]);
  expect(() => holm([0.5, 1.5])).toThrow(/between 0 and 1, got 1.5 at 1/);
  expect(() => benjaminiHochberg([Number.NaN])).toThrow(/got NaN at 0/);
});
