import { expect, test } from 'vitest';
import { Rate } from '../../src/collectors/rate.ts';

test('a rate is growth over time, and there is none for the first reading', () => {
  const rate = new Rate();
  expect(rate.next(10, 1)).toBeNaN();
  expect(rate.next(16, 3)).toBe(3); // 6 in 2 s
});

test('a counter that fell gives NaN, and the next reading counts from there', () => {
  const rate = new Rate();
  rate.next(10, 1);
  expect(rate.next(4, 2)).toBeNaN();
  expect(rate.next(5, 3)).toBe(1);
});

test('two readings at one time give NaN, not infinity', () => {
  const rate = new Rate();
  rate.next(1, 1);
  expect(rate.next(2, 1)).toBeNaN();
});

test('after a reset the next reading is the first again', () => {
  const rate = new Rate();
  rate.next(1, 1);
  rate.reset();
  expect(rate.next(2, 2)).toBeNaN();
});

test('a figure that is missing gives NaN now and at the next reading', () => {
  const rate = new Rate();
  rate.next(1, 1);
  expect(rate.next(Number.NaN, 2)).toBeNaN();
  expect(rate.next(3, 3)).toBeNaN();
  expect(rate.next(5, 4)).toBe(2);
});
