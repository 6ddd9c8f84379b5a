import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { weightBitsHere } from '../../src/compress/weight-bits.ts';
import { temporaryFolder } from '../engine/small-models.ts';

function procWith(flags: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'cpuinfo'), `processor\t: 0\nvendor_id\t: Any\nflags\t\t: fpu ${flags}\nbugs\t\t:\n`);
  return folder;
}

test('weights have 8 bits where products are added in 32 bits at once, and 7 where they are added in 16', () => {
  expect(weightBitsHere('x64', procWith('avx2 avx512f avx512_vnni'))).toBe(8);
  expect(weightBitsHere('x64', procWith('avx2 avx_vnni'))).toBe(8);
  expect(weightBitsHere('x64', procWith('avx2 avx512f avx512_bf16'))).toBe(7);
  // A part of the name is another instruction.
  expect(weightBitsHere('x64', procWith('avx2 avx_vnni_int16'))).toBe(7);
  expect(weightBitsHere('arm64', procWith('avx2'))).toBe(8);
});

test('an x64 processor of which nothing can be read is taken to add in 16 bits', () => {
  expect(weightBitsHere('x64', join(temporaryFolder(), 'absent'))).toBe(7);
});
