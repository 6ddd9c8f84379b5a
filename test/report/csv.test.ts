import { expect, test } from 'vitest';
import { casesAsCsv } from '../../src/report/csv.ts';
import { inputOf, sketchRun } from './fixtures.ts';

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
