import { expect, test } from 'vitest';
import { anchorBoxes } from '../../src/workloads/ssd-anchors.ts';

const boxes = anchorBoxes();
const anchor = (index: number) => Array.from(boxes.subarray(4 * index, 4 * index + 4));
const near = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 6));

test('six maps have 3 × 400 + 6 × (100 + 25 + 9 + 4 + 1) anchors', () => {
  expect(boxes.length).toBe(4 * 2034);
});

test('the first place of the first map has a square of 0.1 and the ratios 2 and 1/2 at scale 0.2', () => {
  expect(anchor(0)).toEqual(near([0.025, 0.025, 0.1, 0.1]));
  expect(anchor(1)).toEqual(near([0.025, 0.025, 0.282843, 0.141421]));
  expect(anchor(2)).toEqual(near([0.025, 0.025, 0.141421, 0.282843]));
});

test('places follow row by row: the second is one column to the right, the 21st one row down', () => {
  expect(anchor(3).slice(0, 2)).toEqual(near([0.075, 0.025]));
  expect(anchor(60).slice(0, 2)).toEqual(near([0.025, 0.075]));
});

test('the last map is one place with scale 0.95, and a square of √(0.95 · 1) as its sixth', () => {
  expect(anchor(2028)).toEqual(near([0.5, 0.5, 0.95, 0.95]));
  expect(anchor(2033)).toEqual(near([0.5, 0.5, 0.974679, 0.974679]));
});
