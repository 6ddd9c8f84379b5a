import { expect, test } from 'vitest';
import { csvField, csvText } from '../../src/report/csv-field.ts';

test('fields with commas, quotes and line breaks are quoted', () => {
  expect(csvField('a,b')).toBe('"a,b"');
  expect(csvField('say "x"\n')).toBe('"say ""x""\n"');
});

test('text that a spreadsheet would run is disarmed, numbers below zero stay numbers', () => {
  expect(csvField('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
  expect(csvField('@x')).toBe("'@x");
  expect(csvField(-1.5)).toBe('-1.5');
});

test('what is not known is empty, never zero', () => {
  expect([csvField(null), csvField(undefined), csvField(Number.NaN), csvField(0)]).toEqual(['', '', '', '0']);
});

test('every line ends as RFC 4180 has it, the last one too', () => {
  expect(
    csvText([
      ['a', 'b'],
      [1, null],
    ]),
  ).toBe('a,b\r\n1,\r\n');
});
