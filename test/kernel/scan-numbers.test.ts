import { expect, test } from 'vitest';
import { integerOfLine, positionBehind, scanIntegers } from '../../src/kernel/scan-numbers.ts';

test('integers are read up to the first thing that is none, and the rest is NaN', () => {
  const into = new Float64Array(4);
  expect(scanIntegers(Buffer.from('x  12 -1\t7 kB 9'), 1, into)).toBe(3);
  expect([...into]).toEqual([12, -1, 7, Number.NaN]);
});

test('reading stops when there is no room for more', () => {
  const into = new Float64Array(2);
  expect(scanIntegers(Buffer.from('1 2 3'), 0, into)).toBe(2);
  expect([...into]).toEqual([1, 2]);
});

test('a key is found only at the start of a line and as a whole word', () => {
  const stat = Buffer.from('intr 5\ncpu0 1 2\nxcpu 9\ncpu  3 4\n');
  expect(integerOfLine(stat, 'cpu')).toBe(3);
  expect(positionBehind(stat, 'cpu1')).toBe(-1);
});

test('a value of a status file is read, not the same word in the name of the program', () => {
  const status = Buffer.from('Name:\tVmRSS: 1\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n');
  expect(integerOfLine(status, 'VmRSS:')).toBe(1024);
});

test('a line that is not there gives NaN', () => {
  expect(integerOfLine(Buffer.from('Name:\tkthread\nThreads:\t1\n'), 'VmRSS:')).toBeNaN();
});
