import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { studentBeyond, studentQuantile } from '../../src/stats/student.ts';

test('with one degree of freedom it is the Cauchy quantile, with two it has a closed form', () => {
  expect(studentQuantile(0.975, 1)).toBeCloseTo(Math.tan(Math.PI * 0.475), 10);
  const p = 0.975;
  expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 12);
});

test('the tabulated values are met', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  expect(studentQuantile(0.975, 4)).toBeCloseTo(2.776, 3);
  expect(studentQuantile(0.975, 9)).toBeCloseTo(2.262, 3);
  expect(studentQuantile(0.95, 30)).toBeCloseTo(1.697, 3);
  expect(studentQuantile(0.975, 1e7)).toBeCloseTo(1.96, 3);
});

test('it is symmetric about 0', () => {
  expect(studentQuantile(0.5, 3)).toBe(0);
  expect(studentQuantile(0.1, 3)).toBe(-studentQuantile(0.9, 3));
});

interface Golden {
  readonly x: number;
  readonly studentBeyond: readonly { readonly degrees: number; readonly p: number }[];
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).tails;
test.each(golden)('scipy finds the same tails beyond $x', (given) => {
  for (const { degrees, p } of given.studentBeyond) expect(studentBeyond(given.x, degrees) / p).toBeCloseTo(1, 9);
});

test('with one degree of freedom a quarter lies beyond 1 on either side', () => {
  expect(studentBeyond(1, 1)).toBeCloseTo(0.5, 14);
  expect(studentBeyond(Number.POSITIVE_INFINITY, 3)).toBe(0);
  expect(() => studentBeyond(1, 0)).toThrow(/degrees > 0, got 0/);
});
