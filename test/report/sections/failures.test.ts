import { expect, test } from 'vitest';
import { casesAsCsv } from '../../../src/report/csv.ts';
import { failureSection } from '../../../src/report/sections/failures.ts';
import type { MemoryShortage } from '../../../src/results/memory-shortage.ts';
import { eightCases, inputOf, sketchRun, troubledCases } from '../fixtures.ts';

test('a run without failures has no such section', () => {
  expect(failureSection(inputOf(sketchRun('fine', eightCases())))).toBeNull();
});

test('failed cases come first, then interrupted ones, then skipped ones', () => {
  const section = failureSection(inputOf(sketchRun('trouble', troubledCases())));
  expect(section?.failures.map(({ status }) => status)).toEqual(['failed', 'failed', 'interrupted', 'skipped']);
});

test('cases that failed for one reason stand together and are described by what they share', () => {
  const cause = { code: 'X', message: 'No.', exitCode: 4, signal: null, stderrTail: '' };
  const sketches = eightCases().map((one) =>
    one.fusion === 'off' ? { ...one, status: 'failed' as const, cause } : one,
  );
  const section = failureSection(inputOf(sketchRun('same', sketches)));
  expect(section?.failures).toEqual([
    {
      ...{ case: '4 cases: unfused', status: 'failed', message: 'No.', facts: 'X · exit code 4' },
      ...{ memory: '', meaning: '', remedy: '', tail: '' },
    },
  ]);
});

test('what is known of an error stands beside it', () => {
  const explanation = {
    code: 'FULL',
    title: 'Error 2',
    meaning: 'The memory is full.',
    remedy: 'Take smaller batches.',
  };
  const cause = { code: 'X', message: 'No.', exitCode: 4, signal: null, stderrTail: '', explanation };
  const sketches = eightCases().map((one) => ({ ...one, status: 'failed' as const, cause }));
  const [failure] = failureSection(inputOf(sketchRun('known', sketches)))?.failures ?? [];
  expect(failure).toMatchObject({ meaning: 'Error 2: The memory is full.', remedy: 'Take smaller batches.' });
});

test('where memory ran out, what was needed and free comes first, and what was worked out stands for what is advised of the error', () => {
  const memory: MemoryShortage = {
    ...{ device: 'gpu1', place: 'memory', neededBytes: 2 ** 30, freeBytes: 2 ** 20, totalBytes: 2 ** 34 },
    ...{ freeAfterBytes: 2 ** 33, evidence: { needed: 'message', free: 'message', total: 'message' } },
    projected: { provenance: 'projected', batchSize: 8, weightBytes: 2 ** 20, valueBytes: 2 ** 30 },
    ...{ holders: [], batchSize: 4, precisions: [], reasons: {}, remedies: ['Take --batch-size 4.', 'End this.'] },
  };
  const explanation = { code: 'FULL', title: 'Error 2', meaning: 'It is full.', remedy: 'Take smaller batches.' };
  const cause = {
    ...{ code: 'OUT_OF_MEMORY', message: 'No.', exitCode: 4, signal: null, stderrTail: '', explanation },
    memory,
  };
  const sketches = eightCases().map((one) => ({ ...one, status: 'failed' as const, cause }));
  const run = sketchRun('memory', sketches);
  expect(failureSection(inputOf(run))?.failures[0]).toMatchObject({
    memory: 'Out of memory: needed 1 GiB more, 1 MiB of 16 GiB free on gpu1: take --batch-size 4.',
    meaning:
      'Error 2: It is full. By its graph, a batch of 8 needs about 1 GiB (projected): 1 MiB for weights and 1 GiB for values.',
    remedy: 'Take --batch-size 4. End this.',
  });
  const [header = '', first = ''] = casesAsCsv(inputOf(run)).split(/\r?\n/);
  const cells = first.split(',');
  const cell = (name: string) => cells[header.split(',').indexOf(name)];
  expect(
    ['memory_device', 'memory_needed_bytes', 'memory_free_bytes', 'memory_total_bytes', 'memory_take_batch_size'].map(
      cell,
    ),
  ).toEqual(['gpu1', '1073741824', '1048576', '17179869184', '4']);
});

test('a single failed case is called by its name', () => {
  const section = failureSection(inputOf(sketchRun('one', [{ workload: 'w', batchSize: 1, status: 'interrupted' }])));
  expect(section?.failures[0]?.case).toBe('w/ort-cpu/b1/fp32/fusion-on/t2/single_stream');
});
