import { expect, test } from 'vitest';
import { percentText, signedPercent } from '../../src/report/percent-text.ts';

test('a share has one decimal below ten per cent and none from there on', () => {
  expect([0.004, 0.0994, 0.0996, 1.6, 0].map(percentText)).toEqual(['0.4 %', '9.9 %', '10 %', '160 %', '0.0 %']);
});

test('a change has its sign, and none where nothing is left of it', () => {
  expect([0.021, -0.021, 0.0001, -0.0001, Number.NaN].map(signedPercent)).toEqual([
    '+2.1 %',
    '−2.1 %',
    '0.0 %',
    '0.0 %',
    '–',
  ]);
});
