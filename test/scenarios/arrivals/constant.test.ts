import { expect, test } from 'vitest';
import { constantArrivals } from '../../../src/scenarios/arrivals/constant.ts';

test('the millionth arrival at 3 a second is off by no error that grew', () => {
  const arrivals = constantArrivals(3);
  expect([arrivals.next(), arrivals.next(), arrivals.next()]).toEqual([0, 1 / 3, 2 / 3]);
  let last = 0;
  for (let arrival = 3; arrival <= 999_999; arrival++) last = arrivals.next();
  expect(last).toBe(333_333);
});
