import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { doctorCommand } from '../../../src/cli/commands/doctor.ts';
import type { Check } from '../../../src/cli/doctor-checks.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-doctor-'));
afterAll(() => rmSync(out, { recursive: true }));

const remedy = 'npm install --save-exact onnxruntime-node@1.30.0 --ignore-scripts';

async function doctor(options: { json?: boolean }, backends?: Parameters<typeof doctorCommand>[2]) {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => {} } };
  return { exitCode: await doctorCommand({ out, ...options }, streams, backends), stdout };
}

test('where all is there it ends with 0 and says that bench can run', async () => {
  const { exitCode, stdout } = await doctor({}, [ortCpu]);
  expect(stdout).toMatch(/^ok +ort-cpu +/m);
  expect(stdout).toContain('dyno bench can run here.');
  expect(exitCode).toBe(0);
});

test('without an engine it ends with 4 and prints the line that installs one, alone on its line', async () => {
  const absent = { ...ortCpu, probe: async () => ({ available: false, reason: 'not installed', remedy }) as const };
  const { exitCode, stdout } = await doctor({}, [absent]);
  expect(exitCode).toBe(4);
  expect(stdout.split('\n').map((line) => line.trim())).toContain(remedy);
  expect(stdout).toContain('dyno bench cannot run here');
});

test('as JSON it says the same to programs', async () => {
  const { exitCode, stdout } = await doctor({ json: true });
  const answer = JSON.parse(stdout) as { ready: boolean; checks: Check[] };
  expect(answer.ready).toBe(exitCode === 0);
  expect(answer.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['node', 'ort-cpu', 'sharp', 'results']),
  );
});
