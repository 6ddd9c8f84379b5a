import { expect, test } from 'vitest';
import { chanceShare } from '../../../src/tco/model/share-text.ts';

test('what is not certain is never told as 0 % or 100 %', () => {
  expect([0, 0.0001, 0.009, 0.5, 0.994, 0.9999, 1].map(chanceShare)).toEqual([
    '0 %',
    '< 0.5 %',
    '1 %',
    '50 %',
    '99 %',
    '> 99.5 %',
    '100 %',
  ]);
});
