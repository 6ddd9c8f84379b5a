import { expect, test } from 'vitest';
import { instructionSets } from '../../src/hardware/instruction-sets.ts';

test('only what matters for inference is kept, in order', () => {
  expect(instructionSets(['fpu', 'avx512_vnni', 'avx2', 'amx_int8', 'aes', 'asimddp'])).toEqual([
    'amx_int8',
    'asimddp',
    'avx2',
    'avx512_vnni',
  ]);
});
