import { expect, test } from 'vitest';
import { failureText, memoryLine, projectedNeedText } from '../../src/analysis/memory-text.ts';
import type { MemoryShortage } from '../../src/results/memory-shortage.ts';

const GiB = 2 ** 30;
const shortage: MemoryShortage = {
  device: 'gpu0',
  place: 'memory',
  neededBytes: 2.1 * GiB,
  freeBytes: 0.4 * GiB,
  totalBytes: 79.1 * GiB,
  freeAfterBytes: 78 * GiB,
  evidence: { needed: 'message', free: 'message', total: 'message' },
  projected: { provenance: 'projected', batchSize: 8, weightBytes: GiB, valueBytes: 4 * GiB },
  holders: [],
  batchSize: 4,
  precisions: ['fp16'],
  remedies: [],
  reasons: {},
};
const line = (change: Partial<MemoryShortage>) => memoryLine({ ...shortage, ...change });

test('a line says what was needed, what was free of how much, where, and what to take', () => {
  expect(line({})).toBe('needed 2.1 GiB more, 410 MiB of 79.1 GiB free on gpu0: take --batch-size 4');
});

test('what nobody said is not said: the size, the rest, all', () => {
  expect(line({ neededBytes: null })).toMatch(/^ran out of memory, 410 MiB of 79.1 GiB free on gpu0/);
  const unknown = { freeBytes: null, evidence: { needed: null, free: null, total: null } };
  expect(line(unknown)).toContain('78 GiB of 79.1 GiB free on gpu0 once it had ended');
  expect(line({ ...unknown, freeAfterBytes: null })).toContain('79.1 GiB is all there is on gpu0');
  expect(line({ ...unknown, freeAfterBytes: null, totalBytes: null })).toContain(
    'how much was free on gpu0 is not known',
  );
});

test('the least of the samples is not said to be what was free at that moment', () => {
  expect(line({ evidence: { ...shortage.evidence, free: 'samples' } })).toContain('at the least 410 MiB of');
});

test('without a batch size to take it is a precision, without either nothing', () => {
  expect(line({ batchSize: null })).toMatch(/on gpu0: take --precision fp16$/);
  expect(line({ batchSize: null, precisions: [] })).toMatch(/on gpu0$/);
});

test('limits of the machine are called by their names', () => {
  expect(line({ device: 'host' })).toContain('free on this machine');
  expect(line({ device: 'host', place: 'address_space' })).toContain('free in the address space (ulimit -v)');
  expect(line({ device: 'gpu', place: 'buffer', freeBytes: null, freeAfterBytes: null })).toContain(
    '79.1 GiB is all there is in one buffer of WebGPU',
  );
});

test('the need by the graph is said to be projected, and by its parts', () => {
  expect(projectedNeedText(shortage)).toBe(
    'By its graph, a batch of 8 needs about 5 GiB (projected): 1 GiB for weights and 4 GiB for values.',
  );
  expect(projectedNeedText({ ...shortage, projected: null })).toBe('');
});

test('a failure is told by its memory where that ran out, in the words of the library elsewhere', () => {
  const cause = { code: 'X', message: 'It broke.', exitCode: 4, signal: null, stderrTail: '' };
  expect(failureText(cause)).toBe('It broke. (X)');
  expect(failureText({ ...cause, memory: shortage })).toMatch(/^needed 2\.1 GiB more, .* \(X\)$/);
});
