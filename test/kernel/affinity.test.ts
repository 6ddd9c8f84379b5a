import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { affinityCores, coresInList } from '../../src/kernel/affinity.ts';

test.each([
  ['0', 1],
  ['0-1', 2],
  ['0-1,4', 3],
  ['2,8-11,15', 6],
])('the list %s names %i cores', (list, cores) => {
  expect(coresInList(list)).toBe(cores);
});

test('the cores are counted from the status of the process', () => {
  const proc = mkdtempSync(join(tmpdir(), 'dyno-affinity-'));
  mkdirSync(join(proc, 'self'));
  writeFileSync(join(proc, 'self', 'status'), 'Name:\tnode\nCpus_allowed:\t16\nCpus_allowed_list:\t1-2,4\n');
  expect(affinityCores(proc)).toBe(3);
  rmSync(proc, { recursive: true });
});
