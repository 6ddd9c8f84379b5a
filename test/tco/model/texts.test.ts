import { expect, test } from 'vitest';
import { amountText, moneyText, volumeText } from '../../../src/tco/model/amount-text.ts';
import { chanceShare, shareText, signedShare, twoDigits } from '../../../src/tco/model/share-text.ts';

test.each([
  [15_000, '15,000'],
  [1_234.5, '1,235'],
  [999.994, '999.99'],
  [999.996, '1,000'],
  [47.349, '47.35'],
  [47.999, '48.00'],
  [-32.655, '−32.66'],
  [1.005, '1.00'],
  [0.0041234, '0.00412'],
  [0, '0'],
  [Number.NaN, '–'],
])('money of %d reads %s', (amount, text) => {
  expect(amountText(amount)).toBe(text);
  expect(moneyText(amount, 'EUR')).toBe(`EUR ${text}`);
});

test.each([
  [500_000, '500,000'],
  [58_095_360, '58.1 million'],
  [999_600, '1 million'],
  [3.2e9, '3.2 billion'],
  [12, '12'],
  [Number.POSITIVE_INFINITY, '–'],
])('a volume of %d reads %s', (volume, text) => {
  expect(volumeText(volume).replace(' requests a day', '')).toBe(text);
});

test.each([
  [0.184, '18 %', '+18 %'],
  [-0.184, '−18 %', '−18 %'],
  [-0.006, '−0.6 %', '−0.6 %'],
  [0, '0 %', '0 %'],
  [12.5, '1,250 %', '+1,250 %'],
])('a share of %d reads %s', (share, text, signed) => {
  expect(shareText(share)).toBe(text);
  expect(signedShare(share)).toBe(signed);
});

test('what is not certain is never shown as such', () => {
  expect([1, 0.9999, 0.99, 0.004, 0].map(chanceShare)).toEqual(['100 %', '> 99.5 %', '99 %', '< 0.5 %', '0 %']);
});

test('two digits are enough for what is used of a machine', () => {
  expect([0.172, 8.64, 9.97, 36.4, 1_234].map(twoDigits)).toEqual(['0.17', '8.6', '10', '36', '1,234']);
});
