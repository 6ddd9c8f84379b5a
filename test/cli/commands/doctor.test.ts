import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { doctorCommand } from '../../../src/cli/commands/doctor.ts';
import type { Check } from '../../../src/cli/doctor-check.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-doctor-'));
afterAll(() => rmSync(out, { recursive: true }));

/** A plug-in with a backend whose probe runs `code`. */
function plugin(name: string, code: string): string {
  const file = join(out, `${name}.mjs`);
  const backend = `{ name: '${name}', stack: 'test', probe: async () => { ${code} }, load: async () => {} }`;
  writeFileSync(file, `export const register = ({ backends }) => { backends.add(${backend}); };\n`);
  return file;
}

async function doctor(options: { json?: boolean; out?: string; explain?: string }, plugin: readonly string[] = []) {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => {} } };
  return { exitCode: await doctorCommand({ out, plugin, ...options }, streams), stdout };
}

test('where all is there it ends with 0 and says that bench can run', async () => {
  const { exitCode, stdout } = await doctor({});
  expect(stdout).toMatch(/^ +ok +ort-cpu +/m);
  expect(stdout).toContain('dyno bench can run here.');
  expect(exitCode).toBe(0);
});

test('a problem ends it with 4, and what to do is alone on its line', async () => {
  const file = join(out, 'a-file');
  writeFileSync(file, '');
  const { exitCode, stdout } = await doctor({ out: join(file, 'results') });
  expect(stdout.split('\n').map((line) => line.trim())).toContain('name another folder with --out DIR');
  expect(stdout).toContain('dyno bench cannot run here');
  expect(exitCode).toBe(4);
});

test('a backend whose library aborts is explained, and takes neither the command nor the other backends down', async () => {
  const aborting = plugin('aborting', "process.stderr.write('wrong C library\\n'); process.abort();");
  const missing = plugin('missing', "return { available: false, reason: 'not installed', remedy: 'npm install it' };");
  const { exitCode, stdout } = await doctor({}, [aborting, missing]);
  expect(stdout).toMatch(/^ +warning +aborting +its library crashed the process that asked it \(SIGABRT\)/m);
  expect(stdout.split('\n').map((line) => line.trim())).toContain('npm install it');
  expect(stdout).toMatch(/^ +ok +ort-cpu +/m);
  expect(exitCode).toBe(0);
});

test('as JSON it says the same to programs', async () => {
  const { exitCode, stdout } = await doctor({ json: true });
  const answer = JSON.parse(stdout) as { ready: boolean; checks: Check[] };
  expect(answer.ready).toBe(exitCode === 0);
  expect(answer.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['node', 'ort-cpu', 'sharp', 'results']),
  );
});

test('a backend that aborts with an error of its device is told with what to do about that', async () => {
  const words = 'CUDA error 35: CUDA driver version is insufficient for CUDA runtime version';
  const file = plugin('aborting-cuda', `process.stderr.write('${words}\\nAborted\\n'); process.abort();`);
  const { exitCode, stdout } = await doctor({ json: true }, [file]);
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  expect(checks.find(({ name }) => name === 'aborting-cuda')).toMatchObject({
    status: 'warning',
    message: expect.stringContaining(words),
    fix: expect.stringContaining('525.60.13'),
  });
  expect(exitCode).toBe(0);
});

test('an error is explained instead of looking at the machine, as text and as JSON', async () => {
  const { exitCode, stdout } = await doctor({ explain: 'CUDA error 77' });
  expect(stdout).toMatch(/^CUDA error 700 \(cudaErrorIllegalAddress; 77 until CUDA 10\.0\)/);
  expect(stdout).not.toContain('ort-cpu ');
  expect(exitCode).toBe(0);
  const answer = JSON.parse((await doctor({ explain: 'CUDA error 77', json: true })).stdout);
  expect(answer).toMatchObject({ of: 'text', failures: [{ errors: [{ code: 'CUDA_ILLEGAL_ADDRESS' }] }] });
});
