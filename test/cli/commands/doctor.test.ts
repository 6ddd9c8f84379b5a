import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { doctorCommand } from '../../../src/cli/commands/doctor.ts';
import type { Check } from '../../../src/cli/doctor-checks.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-doctor-'));
afterAll(() => rmSync(out, { recursive: true }));

/** A plug-in with a backend whose probe runs `code`. */
function plugin(name: string, code: string): string {
  const file = join(out, `${name}.mjs`);
  const backend = `{ name: '${name}', stack: 'test', probe: async () => { ${code} }, load: async () => {} }`;
  writeFileSync(file, `export const register = ({ backends }) => { backends.add(${backend}); };\n`);
  return pathToFileURL(file).href;
}

async function doctor(options: { json?: boolean; out?: string }, plugins: readonly string[] = []) {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => {} } };
  return { exitCode: await doctorCommand({ out, ...options }, streams, plugins), stdout };
}

test('where all is there it ends with 0 and says that bench can run', async () => {
  const { exitCode, stdout } = await doctor({});
  expect(stdout).toMatch(/^ok +ort-cpu +/m);
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
  expect(stdout).toMatch(/^warning +aborting +its library crashed the process that asked it \(SIGABRT\)/m);
  expect(stdout.split('\n').map((line) => line.trim())).toContain('npm install it');
  expect(stdout).toMatch(/^ok +ort-cpu +/m);
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
