import { existsSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { fieldsStart, readProcessStat } from '../../src/kernel/process-stat.ts';
import { threadIds } from '../../src/kernel/thread-ids.ts';
import { FakeSystem, statLine } from '../collectors/fake-system.ts';

const system = new FakeSystem();
afterAll(() => system.remove());

test('fields keep their numbers behind a name with blanks and brackets', () => {
  system.write({ '7/stat': statLine(7, { name: 'make) x (y', parent: 3, userTicks: 40 }) });
  const stat = readProcessStat(7, system.root);
  expect(stat?.name).toBe('make) x (y');
  expect([3, 4, 14].map((number) => stat?.field(number))).toEqual(['S', '3', '40']);
  expect(stat?.field(99)).toBeUndefined();
});

test('field 3 begins at the same place in text and in bytes', () => {
  expect(fieldsStart('7 (a b) S 1')).toBe(8); // 7 blank ( a blank b ) blank
  expect(fieldsStart(Buffer.from('7 (a b) S 1'))).toBe(8);
});

test('a process that has ended has no figures', () => {
  expect(readProcessStat(2 ** 22 + 1)).toBeNull(); // above the largest process id of Linux
});

test.skipIf(!existsSync('/proc/self/task'))('the main thread of this process has the id of the process', () => {
  expect(threadIds()?.has(process.pid)).toBe(true);
});
