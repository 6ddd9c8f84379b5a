import { expect, test } from 'vitest';
import { casesAsCsv, csvField } from '../../src/report/csv.ts';
import { inputOf, sketchRun } from './fixtures.ts';

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

test('there is one line a case with as many fields as the first line has names', () => {
  const run = sketchRun('csv', [
    { workload: 'a', batchSize: 1 },
    { workload: 'b', batchSize: 2, status: 'failed' },
  ]);
  const lines = casesAsCsv(inputOf(run)).trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
  const [names = '', , failed = ''] = lines;
  expect(failed.split(',')[names.split(',').indexOf('latency_p50_s')]).toBe('');
  expect(failed.split(',')[names.split(',').indexOf('status')]).toBe('failed');
});
