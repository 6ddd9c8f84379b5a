import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createRedactor } from '../../src/results/redact.ts';
import { runTask } from '../../src/runner/child-task.ts';
import { explainedCause } from '../../src/runner/explained-cause.ts';
import type { ProbeAnswer, ProbeJob } from '../../src/runner/job.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-explained-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = {
  code: 'NATIVE_CRASH',
  message: 'It crashed (SIGABRT).',
  exitCode: null,
  signal: 'SIGABRT',
  stderrTail: '',
};

test('a process that aborts with an error of its device comes back with what to do', async () => {
  const file = join(folder, 'aborting.mjs');
  const words = 'CUDA error 35: CUDA driver version is insufficient for CUDA runtime version';
  writeFileSync(
    file,
    `export function register({ backends }) {
      const probe = async () => { process.stderr.write('${words}\\n'); process.abort(); };
      backends.add({ name: 'aborting', stack: 'test', probe, load: async () => {} });
    }`,
  );
  const job: ProbeJob = { plugins: [pathToFileURL(file).href], backends: ['aborting'], deadlineSeconds: 60 };
  expect(await runTask<ProbeJob, ProbeAnswer>('runner/probe-process.js', job)).toMatchObject({
    cause: {
      ...{ code: 'NATIVE_CRASH', signal: 'SIGABRT', stderrTail: expect.stringContaining(words) },
      explanation: { code: 'CUDA_DRIVER_TOO_OLD', remedy: expect.stringContaining('525.60.13') },
    },
  });
});

test('a cause of which nothing is known stays as it is', () => {
  expect(explainedCause(plain)).toBe(plain);
});

test('the device that failed is explained before the signal that ended the process', () => {
  const cause = { ...plain, message: 'It was killed (SIGKILL).', stderrTail: 'HIP out of memory' };
  expect(explainedCause(cause).explanation?.code).toBe('HIP_OUT_OF_MEMORY');
});

test('the commands of an explanation are recorded as they are, and what the process wrote is redacted', () => {
  const redactor = createRedactor({
    ...{
      key: new Uint8Array(32),
      host: 'rocm',
      user: 'mary',
      home: '/home/mary',
      folders: [],
      packageFolder: '/x/dyno',
    },
  });
  const cause = explainedCause({ ...plain, stderrTail: '/home/mary/run: hipErrorInsufficientDriver' });
  const recorded = redactor.deep(cause);
  expect(recorded.explanation).toEqual(cause.explanation);
  expect(recorded.explanation?.remedy).toContain('/opt/rocm/.info/version');
  expect(recorded.stderrTail).not.toContain('mary');
});
