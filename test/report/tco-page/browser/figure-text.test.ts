import { describe, expect, test } from 'vitest';
import {
  allowed,
  type FigureKind,
  figureText,
  figureWords,
  readFigure,
  stepped,
} from '../../../../src/report/tco-page/browser/figure-text.ts';

const price: FigureKind = { unit: 'USD', isShare: false, least: 0, most: Number.MAX_VALUE };
const share: FigureKind = { unit: '', isShare: true, least: 0, most: 1 };
const utilisation: FigureKind = { ...share, least: Number.MIN_VALUE };
const pue: FigureKind = { unit: '', isShare: false, least: 1, most: 10 };
const requests: FigureKind = { unit: 'a day', isShare: false, least: Number.MIN_VALUE, most: Number.MAX_VALUE };

describe('what is written into a field', () => {
  test.each([
    ['15000', 15000],
    [' 15,000 ', 15000],
    ['1 234 567.5', 1234567.5],
    ['.5', 0.5],
    ['+3', 3],
    ['2e6', 2e6],
    ['0', 0],
  ])('"%s" is a price of %d', (text, value) => {
    expect(readFigure(price, text)).toEqual({ value });
  });

  test('shares are in percent and come out to the last bit of what stands in a file', () => {
    // 8.26 / 100 is 0.08259999999999999; the file says 0.0826.
    expect(readFigure(share, '8.26')).toEqual({ value: 0.0826 });
    expect(readFigure(share, '8.26 %')).toEqual({ value: 0.0826 });
    expect(readFigure(share, '1e1')).toEqual({ value: 0.1 });
    expect(figureText(share, 0.0826)).toBe('8.26');
    expect(figureText(share, 1e-9)).toBe('1e-7');
  });

  test.each([
    [price, '-5', '-5 USD is out of range: write 0 USD or more.'],
    [price, '1e999', 'Infinity USD is out of range: write 0 USD or more.'],
    [price, 'cheap', '“cheap” is no number: write 0 USD or more.'],
    [price, '50 %', '“50 %” is no number: write 0 USD or more.'],
    [price, '0x10', '“0x10” is no number: write 0 USD or more.'],
    [price, '', 'Empty: write 0 USD or more.'],
    [price, '0,08', '“0,08” is not clear: write the fraction after a point.'],
    [pue, '0.8', '0.8 is out of range: write a number from 1 to 10.'],
    [pue, 'NaN', '“NaN” is no number: write a number from 1 to 10.'],
    [share, '101', '101 % is out of range: write a number from 0 % to 100 %.'],
    [utilisation, '0', '0 % is out of range: write a number above 0 %, at most 100 %.'],
    [requests, '-1', '-1 a day is out of range: write a number above 0 a day.'],
  ])('%o refuses "%s" with the reason', (kind, text, reason) => {
    expect(readFigure(kind, text)).toEqual({ reason });
  });

  test('what a field shows is read as the same figure, whatever the figure', () => {
    for (const value of [0, 1, 0.1, 1 / 3, 12345.678901234567, 5e-324, 1e21, 4.1e-7]) {
      expect(readFigure(price, figureText(price, value))).toEqual({ value });
      if (value <= 1) expect(readFigure(share, figureText(share, value))).toEqual({ value });
    }
  });
});

test('figures in sentences have their thousands apart and their unit', () => {
  expect(figureWords(price, 15000)).toBe('15,000 USD');
  expect(figureWords(price, 1234567.891)).toBe('1,234,567.9 USD');
  expect(figureWords(share, 0.08)).toBe('8 %');
  expect(allowed(utilisation)).toBe('a number above 0 %, at most 100 %');
});

describe('arrow keys', () => {
  test.each([
    [price, 15000, 1, 16000],
    [price, 15000, -10, 5000],
    [price, 0.083, 1, 0.084],
    [price, 0, 1, 0.01],
    [price, 500, -10, 400],
    [share, 0.08, 1, 0.081],
    [share, 0.995, 1, 1],
    [pue, 1.05, -1, 1],
    // 0.2 + 0.1 is 0.30000000000000004 in binary.
    [pue, 1.2, 1, 1.3],
  ] as const)('%o: %d by %d steps is %d', (kind, value, steps, next) => {
    expect(stepped(kind, value, steps)).toBe(next);
  });

  test('what has to be above nought never steps there', () => {
    expect(stepped(requests, 10, -10)).toBe(10);
    expect(stepped(requests, 10, -1)).toBe(9);
    expect(stepped(utilisation, 0.6, -10)).toBe(0.5);
  });
});
