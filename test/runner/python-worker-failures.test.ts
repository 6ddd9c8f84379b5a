import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { findProgram } from '../../src/kernel/find-program.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { runDyno, startDyno } from '../cli/fixtures/run-dyno.ts';

const python = findProgram('python3');
const out = mkdtempSync(join(tmpdir(), 'dyno-worker-failures-'));
const fake = join(out, 'python3');
const marker = join(out, 'misbehaving');
const before = { ...process.env };

beforeEach(() => {
  process.env.DYNO_PYTHON = fake;
  rmSync(marker, { force: true });
});
afterAll(() => {
  for (const name of ['DYNO_PYTHON', 'DYNO_PYTHON_DEADLINE']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  rmSync(out, { recursive: true, force: true });
});

/** From here on, a worker's library is pretended, and its run 30 ends as this says. */
function pretend(behaviour: 'answers' | 'is killed' | 'is stopped' | 'hangs'): void {
  const script = packageFile('test', 'engine', 'backends', 'python', 'pretend_worker.py');
  writeFileSync(fake, `#!/bin/sh\nexec '${python}' -B '${script}' '${behaviour}' '${marker}'\n`);
  chmodSync(fake, 0o755);
}

function benchWords(runId: string): string[] {
  const axes = ['--batch-size', '1', '--precision', 'fp32', '--threads', '1', '--fusion', 'on', '--scope', 'inference'];
  return [
    ...['bench', '--workload', 'one-node', '--backend', 'python-onnxruntime,ort-cpu', ...axes],
    ...['--set', 'policy.proof=false', '--quick', '--no-report', '--out', out, '--run-id', runId],
  ];
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The process of the worker that misbehaves, when it does. */
async function misbehaving(): Promise<number> {
  while (!existsSync(marker)) await sleep(50);
  return Number(readFileSync(marker, 'utf8'));
}

test.skipIf(python === null || process.platform === 'win32').each([
  ['is killed', 'WORKER_DIED', 'was ended by SIGKILL before it answered the message "run"'],
  ['is stopped', 'WORKER_TIMEOUT', 'did not answer the message "run" within 2 s and was ended'],
] as const)(
  'a worker that %s in the middle of a round fails its case with %s, leaves nothing behind, and the next case goes on',
  async (behaviour, code, words) => {
    pretend(behaviour);
    process.env.DYNO_PYTHON_DEADLINE = '2';
    const runId = behaviour.replace(' ', '-');
    const ended = await runDyno(benchWords(runId), out);
    expect(ended.code, ended.stderr).toBe(5);
    expect(ended.stderr).toContain(words);
    const { cases } = readRun(join(out, runId));
    expect(cases.map(({ backend, status }) => [backend, status])).toEqual([
      ['python-onnxruntime', 'failed'],
      ['ort-cpu', 'ok'],
    ]);
    expect(cases[0]?.cause).toMatchObject({ code, message: expect.stringContaining(words) });
    const pid = await misbehaving();
    while (isAlive(pid)) await sleep(50);
  },
);

test.skipIf(python === null || process.platform !== 'linux')(
  'a run that is interrupted while its worker hangs leaves no worker behind, and is resumed with that case',
  async () => {
    pretend('hangs');
    delete process.env.DYNO_PYTHON_DEADLINE;
    const { child, ended } = startDyno(benchWords('interrupted'), out);
    const pid = await misbehaving();
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    while (isAlive(pid)) await sleep(50);

    pretend('answers');
    const resumed = await runDyno(['bench', '--resume', 'interrupted', '--no-report', '--out', out], out);
    expect(resumed.code, resumed.stderr).toBe(0);
    const { cases } = readRun(join(out, 'interrupted'));
    expect(cases.map(({ backend, status }) => [backend, status])).toEqual([
      ['python-onnxruntime', 'ok'],
      ['ort-cpu', 'ok'],
    ]);
  },
);
