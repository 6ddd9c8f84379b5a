import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDecimal,
  formatNumber,
  formatPercent,
  formatRatio,
  formatSeconds,
  formatThroughput,
} from '../../src/units/format.ts';

test.each([
  [0, '0 s'],
  [8.5e-7, '850 ns'],
  [1.234e-5, '12.3 µs'],
  [9.999e-4, '1 ms'], // 999.9 µs is 1,000 µs in three digits, which is 1 ms
  [9.994e-4, '999 µs'],
  [0.00456, '4.56 ms'],
  [0.25, '250 ms'],
  [0.9999, '1 s'],
  [7.891, '7.89 s'],
  [119, '119 s'],
  [134, '2 min 14 s'],
  [179.6, '3 min 00 s'],
  [7265, '2 h 01 min'],
  [-0.002, '−2 ms'],
  [Number.NaN, '–'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1,023 B'],
  [102_400_000, '97.7 MiB'], // 102,400,000 / 1,048,576 = 97.66
  [1.5 * 2 ** 30, '1.5 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('rates, counts, shares and ratios', () => {
  expect(formatThroughput(12.34)).toBe('12.3 items/s');
  expect(formatThroughput(4560.4)).toBe('4,560 items/s');
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatPercent(0.984)).toBe('98.4 %');
  expect(formatPercent(1)).toBe('100 %');
  expect(formatRatio(1.2499)).toBe('1.25 ×');
  expect(formatThroughput(Number.POSITIVE_INFINITY)).toBe('–');
});

test('quantities of data sheets have decimal prefixes', () => {
  expect(formatDecimal(312e12, 'FLOP/s')).toBe('312 TFLOP/s');
  expect(formatDecimal(2.039e12, 'B/s')).toBe('2.04 TB/s');
  expect(formatDecimal(999.9e9, 'B/s')).toBe('1 TB/s');
  expect(formatDecimal(12, 'B/s')).toBe('12 B/s');
});

test('a number below zero has a minus sign, not a hyphen', () => {
  expect(formatPercent(-0.904)).toBe('−90.4 %');
  expect(formatPercent(-12)).toBe('−1,200 %');
});

test('numbers have three significant digits or all of their whole part', () => {
  expect([0.0012345, 9.999, 12.34, 4560.7, 123_456.7, 3].map(formatNumber)).toEqual([
    '0.00123',
    '10.0',
    '12.3',
    '4,561',
    '123,457',
    '3',
  ]);
});
