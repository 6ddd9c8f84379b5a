import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeExplanation, explain } from '../../src/cli/doctor-explain.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readRun, serialiseRun } from '../../src/results/result-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const codes = (given: string): string[][] =>
  explain(given, folder).failures.map(({ errors }) => errors.map(({ code }) => code));

test.each([
  ['CUDA error 35', 'CUDA_DRIVER_TOO_OLD'],
  ['35', 'CUDA_DRIVER_TOO_OLD'],
  ['error 77', 'CUDA_ILLEGAL_ADDRESS'],
  ['Error code: 12.', 'CUDA_INVALID_PITCH'],
  ['libcudnn.so.9: cannot open shared object file', 'CUDNN_MISSING'],
])('"%s" is explained as %s', (given, code) => {
  expect(codes(given)).toEqual([[code]]);
});

test('the explanation says what it means, what to do and where that is from, within 100 columns', () => {
  const text = describeExplanation(explain('CUDA error 35', folder), 'CUDA error 35');
  expect(text).toMatch(/^CUDA error 35 \(cudaErrorInsufficientDriver\)\n {2}means +The NVIDIA driver is older/);
  expect(text).toContain('525.60.13');
  expect(text).toMatch(/\n {2}source +https:/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a text of which nothing is known is said to be so, with where to look on', () => {
  const given = 'flux capacitor 12345';
  expect(codes(given)).toEqual([[]]);
  expect(describeExplanation(explain(given, folder), given)).toMatch(/^Nothing is known of "flux capacitor 12345"/);
  expect(() => explain(' ', folder)).toThrow(expect.objectContaining({ code: 'USAGE', exitCode: 3 }));
});

test('of a log file the errors in its end are explained', () => {
  const file = join(folder, 'run.log');
  writeFileSync(file, `${'line\n'.repeat(300_000)}CUDA failure 2: out of memory ; GPU=0\n`);
  expect(codes(file)).toEqual([['CUDA_OUT_OF_MEMORY']]);
  writeFileSync(file, `CUDA failure 2: out of memory\n${'line\n'.repeat(300_000)}`);
  expect(codes(file)).toEqual([[]]);
});

test('of a run each kind of failure is explained once, with how many cases it hit', () => {
  const example = readRun(packageFile('results', 'example'));
  const cause = { code: 'NATIVE_CRASH', message: 'It crashed (SIGABRT).', exitCode: null, signal: 'SIGABRT' };
  const unavailable = { code: 'BACKEND_UNAVAILABLE', need: 'webgpu', have: 'No supported adapters' };
  const cases = example.cases.map((one, index) => {
    if (index < 2) return { ...one, status: 'failed' as const, cause: { ...cause, stderrTail: 'CUDA error 35' } };
    if (index < 3) return { ...one, status: 'failed' as const, cause: { ...cause, stderrTail: 'no idea' } };
    return index < 4 ? { ...one, status: 'skipped' as const, reasons: { status: unavailable } } : one;
  });
  mkdirSync(join(folder, 'bad'));
  writeFileSync(join(folder, 'bad', 'events.jsonl'), '');
  writeFileSync(join(folder, 'bad', 'run.json'), serialiseRun({ ...example, runId: 'bad', cases }));
  const explanation = explain('bad', folder);
  expect(explanation.failures.map(({ cases, errors }) => [cases.length, errors.map(({ code }) => code)])).toEqual([
    [2, ['CUDA_DRIVER_TOO_OLD']],
    [1, []],
    [1, ['WEBGPU_NO_ADAPTER']],
  ]);
  expect(explain(join(folder, 'bad'), '/nowhere')).toEqual(explanation);
  const text = describeExplanation(explanation, 'bad');
  expect(text).toMatch(/^2 cases \(/);
  expect(text).toContain('Nothing is known of what it failed with.');
});

test('of a run without failures that is said', () => {
  const explanation = explain(packageFile('results', 'example'), folder);
  expect(describeExplanation(explanation, 'example')).toMatch(/^No case of this run failed/);
});
