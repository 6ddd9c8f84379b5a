import { expect, test } from 'vitest';
import { knownModel } from '../../src/roofline/known-models.ts';
import { memoryNeeded, memoryRefusal } from '../../src/roofline/memory-fit.ts';
import { device } from './fixtures.ts';

const gptj = knownModel('gptj-6b (99%)');
if (gptj === null) throw new Error('GPT-J is not known');

test('a decoder needs its weights and the cache of one item', () => {
  // 6.05e9 parameters; 2 · 28 · 4096 elements for each of 930 + 4 · 69 tokens; two bytes each. What is written counts for each of four beams.
  expect(memoryNeeded(gptj, 'fp16')).toBe((6.05e9 + 2 * 28 * 4096 * 1206) * 2);
});

test('what does not fit is refused with both sizes and what would do', () => {
  // 12.65 GB: two devices of 8 GB hold it, or one in int8 (6.33 GB).
  const small = device('small', { memory: 8 });
  expect(memoryRefusal(small, gptj, 'fp16', 1)).toMatch(
    /does not fit: gptj-6b needs 12.7 GB in fp16, small has 8 GB; .* at least 2 devices/,
  );
  expect(memoryRefusal(small, gptj, 'fp16', 2)).toBeNull();
  expect(memoryRefusal(small, gptj, 'int8', 1)).toBeNull();
});

test('a device whose memory is not stated is not refused', () => {
  expect(memoryRefusal(device('socket', { memory: null }), gptj, 'fp16', 1)).toBeNull();
});
