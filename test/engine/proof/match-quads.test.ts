import { expect, test } from 'vitest';
import { matchQuads } from '../../../src/engine/proof/match-quads.ts';
import { overlapOf } from '../../../src/engine/proof/quad-overlap.ts';
import type { Quad } from '../../../src/engine/quad.ts';

function box(x: number, y: number, width: number, height: number): Quad {
  return [x, y, x + width, y, x + width, y + height, x, y + height];
}

test.each<[string, Quad, Quad, number]>([
  ['equal boxes', box(3, 4, 10, 5), box(3, 4, 10, 5), 1],
  // 5 × 10 are shared, 150 covered
  ['half beside each other', box(0, 0, 10, 10), box(5, 0, 10, 10), 1 / 3],
  ['one within the other', box(0, 0, 10, 10), box(2, 2, 5, 5), 0.25],
  ['apart', box(0, 0, 10, 10), box(20, 0, 10, 10), 0],
  ['side by side', box(0, 0, 10, 10), box(10, 0, 10, 10), 0],
  // A square of side 2 and one on its tip with half diagonal √2: the regular octagon of incircle 1 has area 8 (√2 − 1).
  [
    'a square and one on its tip',
    box(-1, -1, 2, 2),
    [0, -Math.SQRT2, Math.SQRT2, 0, 0, Math.SQRT2, -Math.SQRT2, 0],
    (8 * (Math.SQRT2 - 1)) / (8 - 8 * (Math.SQRT2 - 1)),
  ],
  ['corners the other way round', box(0, 0, 10, 10), [0, 0, 0, 10, 10, 10, 10, 0], 1],
  ['without area', box(0, 0, 10, 10), box(2, 2, 0, 0), 0],
])('overlap: %s', (_name, a, b, overlap) => {
  expect(overlapOf(a, b)).toBeCloseTo(overlap, 12);
  expect(overlapOf(b, a)).toBeCloseTo(overlap, 12);
});

test('each box goes with one other, the largest overlap first', () => {
  const truth = [box(0, 0, 10, 10), box(4, 0, 10, 10)];
  // Nearer to the second; the first is left with the other one.
  const found = [box(3, 0, 10, 10), box(-2, 0, 10, 10), box(50, 50, 10, 10)];
  expect(matchQuads(truth, found, 0.5).map(({ truth, found }) => [truth, found])).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test('an overlap below the least makes no pair', () => {
  // A third is shared.
  expect(matchQuads([box(0, 0, 10, 10)], [box(5, 0, 10, 10)], 0.34)).toEqual([]);
  expect(matchQuads([box(0, 0, 10, 10)], [box(5, 0, 10, 10)], 0.33)).toHaveLength(1);
});
