import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, isLocked, lockFile, processStartTime } from '../../src/results/run-lock.ts';

let folder: string;
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-lock-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  rmSync(folder, { recursive: true, force: true });
});

const hasProc = existsSync('/proc/self/stat');

async function startProcess(): Promise<ChildProcess & { pid: number }> {
  const started = spawn(process.execPath, ['-e', 'process.send("up"); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child = started;
  await new Promise((resolve) => started.once('message', resolve));
  if (started.pid === undefined) throw new Error('No process was started.');
  return started as ChildProcess & { pid: number };
}

async function end(started: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => started.once('exit', resolve));
  started.kill('SIGKILL');
  await ended;
}

test('a lock that is released can be taken again, and nothing is left of it', () => {
  acquireLock(folder).release();
  expect(readdirSync(folder)).toEqual([]);
  const lock = acquireLock(folder);
  expect(isLocked(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual([lockFile]);
  lock.release();
  expect(isLocked(folder)).toBe(false);
});

test('a run that a living process is writing is RUN_IN_USE with its pid, and exit code 3', async () => {
  const { pid } = await startProcess();
  writeFileSync(join(folder, lockFile), JSON.stringify({ pid, startTime: processStartTime(pid) }));
  expect(() => acquireLock(folder)).toThrow(
    expect.objectContaining({ code: 'RUN_IN_USE', exitCode: 3, message: expect.stringContaining(`process ${pid}`) }),
  );
});

test('the lock of a process that was killed is taken over', async () => {
  const started = await startProcess();
  writeFileSync(join(folder, lockFile), JSON.stringify({ pid: started.pid, startTime: processStartTime(started.pid) }));
  await end(started);
  acquireLock(folder);
  expect(JSON.parse(readFileSync(join(folder, lockFile), 'utf8'))).toMatchObject({ pid: process.pid });
});

test.skipIf(!hasProc)('a process that got the id of a former holder does not hold its lock', async () => {
  const { pid } = await startProcess();
  writeFileSync(join(folder, lockFile), JSON.stringify({ pid, startTime: '1' }));
  expect(isLocked(folder)).toBe(false);
  acquireLock(folder);
});

test('a lock that is no JSON belongs to nobody', () => {
  writeFileSync(join(folder, lockFile), '');
  acquireLock(folder).release();
  expect(existsSync(join(folder, lockFile))).toBe(false);
});

test('releasing does not remove the lock of another', async () => {
  const lock = acquireLock(folder);
  const { pid } = await startProcess();
  writeFileSync(join(folder, lockFile), JSON.stringify({ pid, startTime: processStartTime(pid) }));
  lock.release();
  expect(isLocked(folder)).toBe(true);
});

test.skipIf(!hasProc)('the start of a process is field 22 of its stat', () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  expect(processStartTime(process.pid)).toBe(fields[19]); // field 3 is the first behind the name
  expect(processStartTime(2 ** 22 + 1)).toBeNull(); // above the largest process id of Linux
});
