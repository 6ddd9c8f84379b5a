import { expect, test } from 'vitest';
import { readingOrder } from '../../../src/engine/chain/reading-order.ts';
import type { Quad } from '../../../src/engine/quad.ts';

function box(x: number, y: number, height = 20): Quad {
  return [x, y, x + 50, y, x + 50, y + height, x, y + height];
}

test('rows come from the top, each from the left', () => {
  expect(readingOrder([box(0, 100), box(80, 4), box(0, 0), box(80, 97)])).toEqual([2, 1, 0, 3]);
});

test('what is half of the lower height further down begins a new row', () => {
  expect(readingOrder([box(80, 0), box(0, 9)])).toEqual([1, 0]);
  expect(readingOrder([box(80, 0), box(0, 10)])).toEqual([0, 1]);
  // A small line beside a high one: their middles are 6 apart, and half of 10 is 5.
  expect(readingOrder([box(80, 0, 20), box(0, 11, 10)])).toEqual([0, 1]);
});

test('nothing is in no order', () => {
  expect(readingOrder([])).toEqual([]);
});
