import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { normalAbove, normalBelow, normalQuantile } from '../../src/stats/normal.ts';

test('the chances of one, two and three deviations are the well-known ones', () => {
  expect(normalBelow(0)).toBe(0.5);
  expect(2 * normalAbove(1)).toBeCloseTo(0.317310507862914, 14);
  expect(2 * normalAbove(2)).toBeCloseTo(0.045500263896358, 14);
  expect(2 * normalAbove(3)).toBeCloseTo(0.00269979606326, 14);
});

test('the two ways to the tail meet where one gives way to the other', () => {
  // Over a step of 1e-9 at 3 the tail falls by the density, 0.00443 · 1e-9.
  expect(normalAbove(3 - 1e-9) - normalAbove(3)).toBeCloseTo(4.43e-12, 13);
});

test('far out the tail is that of its asymptotic series', () => {
  // φ(x)/x · (1 − 1/x² + 3/x⁴ − 15/x⁶): at 20 the next term is 105/20⁸ = 4e-9 of it.
  const x = 20;
  const series = (Math.exp(-200) / Math.sqrt(2 * Math.PI) / x) * (1 - 1 / 400 + 3 / 160_000 - 15 / 64_000_000);
  expect(normalAbove(x) / series).toBeCloseTo(1, 8);
  expect(normalAbove(50)).toBe(0);
  expect(normalBelow(50)).toBe(1);
});

test('the quantile is the inverse of the chance', () => {
  for (const p of [1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.995])
    expect(normalBelow(normalQuantile(p)) / p).toBeCloseTo(1, 10);
  expect(normalQuantile(0.995)).toBeCloseTo(2.5758293035489, 12);
});

test('wrong input is refused', () => {
  expect(() => normalQuantile(1)).toThrow(/0 < p < 1, got 1/);
  expect(() => normalAbove(Number.NaN)).toThrow(/NaN/);
});

interface Golden {
  readonly x: number;
  readonly normalAbove: number;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).tails;
test.each(golden)('scipy finds the same tail beyond $x', (given) => {
  expect(normalAbove(given.x) / given.normalAbove).toBeCloseTo(1, 11);
});
