import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { runDyno } from '../cli/fixtures/run-dyno.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-worker-run-'));
const before = process.env.DYNO_PYTHON;
const fake = join(out, 'python3');

beforeAll(() => {
  process.env.DYNO_PYTHON = fake;
});
afterAll(() => {
  if (before === undefined) delete process.env.DYNO_PYTHON;
  else process.env.DYNO_PYTHON = before;
  rmSync(out, { recursive: true, force: true });
});

/** From here on, what Dyno takes for Python is the worker of the tests. */
function pretend(behaviour: string): void {
  const worker = packageFile('test', 'engine', 'backends', 'python', 'fake-worker.mjs');
  writeFileSync(fake, `#!/bin/sh\nexec '${process.execPath}' '${worker}' '${behaviour}'\n`);
  chmodSync(fake, 0o755);
}

function bench(runId: string, ...words: string[]) {
  const axes = [
    '--workload',
    'one-node',
    '--batch-size',
    '1',
    '--precision',
    'fp32',
    '--threads',
    '1',
    '--fusion',
    'on',
  ];
  return runDyno(['bench', ...axes, '--quick', '--no-report', '--out', out, '--run-id', runId, ...words], out);
}

test.skipIf(process.platform === 'win32')(
  'a worker is measured by its own time, with transport beside it, and answers as the reference does',
  async () => {
    pretend('answers');
    const { code, stderr } = await bench('r', '--backend', 'python-onnxruntime', '--scope', 'inference');
    expect(code, stderr).toBe(0);
    const [one] = readRun(join(out, 'r')).cases;
    expect(one).toMatchObject({ status: 'ok', backend: 'python-onnxruntime', stack: 'python-onnxruntime' });
    // Its model waits for 5 ms.
    expect(one?.stages.inference?.p50).toBeGreaterThanOrEqual(0.005);
    expect(one?.latency?.p50).toBeGreaterThanOrEqual(one?.stages.inference?.p50 ?? Number.NaN);
    expect(one?.transport).toMatchObject({ unit: 's', inLatency: false });
    expect(one?.transport?.mean).toBeGreaterThan(0);
    expect(one?.transport?.echo).toBeGreaterThan(0);
    expect(one?.fidelity?.cosine).toBeCloseTo(1, 9);
    expect(one?.effective.threads).toEqual({ value: 1, evidence: 'threads of the process' });
    expect(one?.effective.software?.value).toBe('onnxruntime 1.30.0, Python 3.11.0, NumPy 2.0.0');
  },
);

test.skipIf(process.platform === 'win32')(
  'a worker that is killed fails its case, with why, and the next case goes on',
  async () => {
    pretend('is killed in run 30');
    const { code, stderr } = await bench(
      'killed',
      ...['--backend', 'python-onnxruntime,ort-cpu', '--scope', 'inference', '--set', 'policy.proof=false'],
    );
    expect(code, stderr).toBe(5);
    const { cases } = readRun(join(out, 'killed'));
    expect(cases.map(({ backend, status }) => [backend, status])).toEqual([
      ['python-onnxruntime', 'failed'],
      ['ort-cpu', 'ok'],
    ]);
    expect(cases[0]?.cause).toMatchObject({
      code: 'WORKER_DIED',
      message: expect.stringContaining('was ended by SIGKILL before it answered the message "run"'),
    });
  },
);
