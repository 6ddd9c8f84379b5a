import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { elfNeeds } from '../../../src/engine/backends/elf-needs.ts';
import { bindingFolder } from '../../../src/engine/backends/ort-device-probe.ts';
import { temporaryFolder } from '../small-models.ts';
import { writeElf } from './elf-file.ts';

test.runIf(process.platform === 'linux')('of a real library, those that it needs are told', () => {
  const needs = elfNeeds(join(bindingFolder(), 'onnxruntime_binding.node'));
  expect(needs?.needed).toContain('libonnxruntime.so.1');
  expect(needs?.needed).toContain('libc.so.6');
  expect(needs?.runPath).toEqual(['$ORIGIN/']);
});

test('folders of a library stand one by one', () => {
  const path = writeElf(join(temporaryFolder(), 'a.so'), {
    needed: ['libb.so.1', 'libc.so.6'],
    runPath: '$ORIGIN:/opt/lib',
  });
  expect(elfNeeds(path)).toEqual({ needed: ['libb.so.1', 'libc.so.6'], runPath: ['$ORIGIN', '/opt/lib'] });
});

test('what is no library, cut off, or not there needs nothing that could be told', () => {
  const folder = temporaryFolder();
  const text = join(folder, 'text.so');
  writeFileSync(text, 'no library at all, but long enough to hold the header of one: '.repeat(3));
  expect(elfNeeds(text)).toBeNull();
  const cut = writeElf(join(folder, 'cut.so'), { needed: ['libb.so.1'] });
  truncateSync(cut, 100);
  expect(elfNeeds(cut)).toBeNull();
  expect(elfNeeds(join(folder, 'none.so'))).toBeNull();
});
