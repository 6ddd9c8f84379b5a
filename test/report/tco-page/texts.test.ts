import { expect, test } from 'vitest';
import {
  amountText,
  exactText,
  figureText,
  internalRateText,
  listText,
  moneyUnit,
  unitPriceText,
  yearsText,
} from '../../../src/report/tco-page/texts.ts';
import { shortVolume } from '../../../src/tco/model/amount-text.ts';

test('amounts are whole from 100 on and have cents below', () => {
  expect([1234567.89, -8364.5, 99.994, 4.5, 0, -0.001].map(amountText)).toEqual([
    '1,234,568',
    '−8,364',
    '99.99',
    '4.5',
    '0',
    '0',
  ]);
  expect(amountText(Number.NaN)).toBe('–');
});

test('prices of a unit have cents, and three digits below one', () => {
  expect([47.346, 1234.5, 0.0041234, 1, 0].map(unitPriceText)).toEqual(['47.35', '1,235', '0.00412', '1.00', '0.00']);
});

test('volumes have three digits, in millions and billions', () => {
  expect([500_000, 741_333, 4_936_000, 58_100_000, 1.234e9, 999_600].map(shortVolume)).toEqual([
    '500,000',
    '741,000',
    '4.94 million',
    '58.1 million',
    '1.23 billion',
    '1 million',
  ]);
});

test('a figure is shown as the study has it: shares in percent, tiny ones with their power of ten', () => {
  expect(figureText({ isShare: true }, 0.07)).toBe('7 %'); // 0.07 * 100 is 7.000000000000001
  expect(figureText({ isShare: true }, -0.125)).toBe('−12.5 %');
  expect(figureText({ isShare: false }, 0.0826)).toBe('0.0826');
  expect(exactText(100_000_000_000)).toBe('100,000,000,000');
  expect(exactText(2.5e-9)).toBe('2.5e−9');
});

test('payback and internal rates say so where there is none', () => {
  expect([null, 1, 2.34].map(yearsText)).toEqual(['never', '1 year', '2.3 years']);
  expect(internalRateText({ kind: 'rate', rate: 0.1234 })).toBe('12.3 %');
  expect(internalRateText({ kind: 'none' })).toBe('none');
  expect(internalRateText({ kind: 'multiple', signChanges: 2 })).toBe('several');
});

test('lists read as sentences do', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listText)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});

test('the axis of money names its currency and its power', () => {
  expect([5e3, 5e4, 5e7, 5e10].map((largest) => moneyUnit(largest, 'EUR'))).toEqual([
    { name: 'EUR', perBase: 1 },
    { name: 'thousand EUR', perBase: 1e-3 },
    { name: 'million EUR', perBase: 1e-6 },
    { name: 'billion EUR', perBase: 1e-9 },
  ]);
});
