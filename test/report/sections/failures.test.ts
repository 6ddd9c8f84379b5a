import { expect, test } from 'vitest';
import { failureSection } from '../../../src/report/sections/failures.ts';
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
      ...{ meaning: '', remedy: '', tail: '' },
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

test('a single failed case is called by its name', () => {
  const section = failureSection(inputOf(sketchRun('one', [{ workload: 'w', batchSize: 1, status: 'interrupted' }])));
  expect(section?.failures[0]?.case).toBe('w/ort-cpu/b1/fp32/fusion-on/t2/single_stream');
});
