import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runTask, type TaskOptions } from '../../src/runner/child-task.ts';
import type { ProbeAnswer, ProbeJob } from '../../src/runner/job.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-task-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Asks a backend whose probe runs `code`. */
function probe(name: string, code: string, deadlineSeconds = 60, options: TaskOptions = {}) {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `export function register({ backends }) {
      backends.add({ name: '${name}', stack: 'test', probe: async () => { ${code} }, load: async () => {} });
    }`,
  );
  const job: ProbeJob = { plugins: [pathToFileURL(file).href], backends: [name], deadlineSeconds };
  return runTask<ProbeJob, ProbeAnswer>('runner/probe-process.js', job, options);
}

const hang = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';

test.each(['SIGTERM', 'SIGHUP'])(
  'a process that is sent %s was ended from outside and did not crash',
  async (signal) => {
    const outcome = await probe(signal, `process.kill(process.pid, '${signal}'); ${hang}`);
    expect(outcome).toMatchObject({
      cause: { code: 'KILLED', signal, message: expect.stringContaining(`ended from outside (${signal})`) },
    });
  },
);

test('a process that aborts crashed in native code', async () => {
  expect(await probe('aborts', 'process.abort();')).toMatchObject({
    cause: { code: 'NATIVE_CRASH', signal: 'SIGABRT' },
  });
});

test('a process that takes too long is ended, and the caller says what to do', async () => {
  const message = async (options: TaskOptions): Promise<string> => {
    const outcome = await probe('hangs', hang, 0.5, options);
    return 'cause' in outcome ? `${outcome.cause.code}: ${outcome.cause.message}` : 'it answered';
  };
  expect(await message({ overdueRemedy: 'Try another backend.' })).toBe(
    'TIME_LIMIT: It was ended after 0.5 s. Try another backend.',
  );
  expect(await message({})).toMatch(/^TIME_LIMIT: .* --set policy\.time_limit=/);
});

test('a deadline that is longer than a timer can run does not end the process at once', async () => {
  const available = "return { available: true, device: 'CPU', version: '1', precisions: {} };";
  const outcome = await probe('patient', `await new Promise((r) => setTimeout(r, 500)); ${available}`, 1000 * 3600);
  expect(outcome).toMatchObject({ answer: { probes: { patient: { available: true } } } });
});
