import { expect, test } from 'vitest';
import { readCell } from '../../src/collectors/tool-cell.ts';

test.each([
  ['111.50 W', '', 111.5],
  ['111.50', 'W', 111.5],
  ['250', 'mW', 0.25],
  ['8192', 'MiB', 2 ** 33],
  ['75 %', '', 0.75],
  ['1980', 'MHz', 1.98e9],
  ['0', '%', 0],
  ['0x0000000000000024', '', 36],
  ['-3', '', -3],
  ['1.5e3', '', 1500],
])('%s in %s is a figure', (cell, unit, value) => {
  expect(readCell(cell, unit)).toBeCloseTo(value, 9);
});

test.each([
  ['[N/A]', 'NOT_TOLD'],
  ['N/A', 'NOT_TOLD'],
  ['N/A (Secondary die)', 'NOT_TOLD'],
  ['', 'NOT_TOLD'],
  ['[Not Supported]', 'NOT_SUPPORTED'],
  ['[Insufficient Permissions]', 'NO_PERMISSION'],
  ['[Unknown Error]', 'DRIVER_ERROR'],
  ['ERR!', 'DRIVER_ERROR'],
  ['[Function Not Found]', 'NOT_IN_DRIVER'],
  ['[Requested functionality has been deprecated]', 'DEPRECATED'],
  ['[GPU is lost]', 'DEVICE_LOST'],
  ['P2', 'NOT_A_NUMBER'],
  ['12 parsecs', 'UNKNOWN_UNIT'],
  ['nonsense!', 'NOT_A_NUMBER'],
])('%s is no figure and never 0', (cell, code) => {
  const read = readCell(cell);
  expect(read).toMatchObject({ code });
});
