import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readLines, spawnNode } from '../../src/kernel/child-process.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/** Starts the child on a job; answers with its first line. */
function startChild(job: object) {
  const child = spawnNode(fixture('child.mjs'), []);
  const firstLine = new Promise<string>((resolve) => readLines(child.stdout, resolve));
  child.stdin.write(`${JSON.stringify(job)}\n`);
  return { child, firstLine };
}

test('a job reaches the child whole, also one longer than a pipe holds', async () => {
  const text = 'x'.repeat(300_000);
  const { child, firstLine } = startChild({ deadlineSeconds: 30, text });
  expect(JSON.parse(await firstLine)).toMatchObject({ got: { text } });
  child.stdin.destroy();
  await child.exited;
});

test('a child whose main thread is blocked ends when its stdin closes', async () => {
  const { child, firstLine } = startChild({ deadlineSeconds: 60, block: true });
  await firstLine;
  child.stdin.destroy();
  expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
});

test('a child whose main thread is blocked ends at its deadline', async () => {
  const { child, firstLine } = startChild({ deadlineSeconds: 0.3, block: true });
  await firstLine;
  expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
});

test('a deadline that is longer than a timer can run does not end the child at once', async () => {
  const { child, firstLine } = startChild({ deadlineSeconds: 1000 * 3600, linger: true });
  await firstLine;
  // Its worker thread starts within this; a timer that overflows fires 1 ms later.
  expect(await child.exited).toEqual({ exitCode: 0, signal: null, failure: null });
});

test.skipIf(!existsSync('/proc/self/stat'))('a child ends when its parent is killed with SIGKILL', async () => {
  const parent = spawn(process.execPath, [fixture('parent.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) => createInterface({ input: parent.stdout }).once('line', resolve));
  const { pid } = JSON.parse(line) as { pid: number };
  expect(isAlive(pid)).toBe(true);

  parent.kill('SIGKILL');
  for (let waited = 0; isAlive(pid) && waited < 100; waited++) await sleep(100);
  expect(isAlive(pid)).toBe(false);
});

/** Whether a process runs; a zombie, which only waits to be taken note of, does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
