import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { endText, runProcess } from '../../src/gate/run-process.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readProcessStat } from '../../src/kernel/process-stat.ts';

const request = { folder: '/', environment: { PATH: process.env.PATH ?? '' }, seconds: 30 };

/** A process that has ended stays in the list until its parent has asked for it. */
function isAlive(pid: number): boolean {
  return !['Z', 'X', undefined].includes(readProcessStat(pid)?.field(3));
}

/** Whether a process ends within some seconds. */
async function gone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 500; turn++) {
    if (!isAlive(pid)) return true;
    await sleep(10);
  }
  return false;
}

test('a command line and a list of words run, and tell their outputs and exit code', async () => {
  expect(await runProcess({ ...request, command: 'echo out; echo err >&2; exit 3' })).toMatchObject({
    exitCode: 3,
    signal: null,
    ended: null,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  // No shell: the dollar is a dollar.
  expect(await runProcess({ ...request, command: ['echo', '$HOME'] })).toMatchObject({
    exitCode: 0,
    stdout: '$HOME\n',
  });
});

test('nothing of this environment is inherited', async () => {
  const { stdout } = await runProcess({ ...request, environment: { ONLY: '1' }, command: ['/usr/bin/env'] });
  expect(stdout).toBe('ONLY=1\n');
});

test('a program that does not exist, and one in a folder that does not, are not started', async () => {
  const missing = await runProcess({ ...request, command: ['no-such-program'] });
  expect(missing).toMatchObject({ ended: 'not-started', pid: null, exitCode: null });
  expect(endText(missing, 30)).toContain('could not be started');
  expect(await runProcess({ ...request, folder: '/no/such', command: 'true' })).toMatchObject({ ended: 'not-started' });
  expect(await runProcess({ ...request, command: ['a\0b'] })).toMatchObject({ ended: 'not-started' });
});

test('at the deadline the whole group is killed', async () => {
  const result = await runProcess({ ...request, seconds: 0.3, command: 'sleep 100 & echo $!; wait' });
  expect(result).toMatchObject({ ended: 'timeout', signal: 'SIGKILL' });
  expect(await gone(Number(result.stdout))).toBe(true);
});

test('what a process leaves running in its group is killed when it ends', async () => {
  const result = await runProcess({ ...request, command: 'sleep 100 & echo $!' });
  expect(result).toMatchObject({ exitCode: 0, ended: null });
  expect(await gone(Number(result.stdout))).toBe(true);
});

test.runIf(process.platform === 'linux')('the processor time of what is left in its group is told', async () => {
  // Counting to 300,000 takes a shell some tenths of a second; the group is left when that is done.
  const count = 'i=0; while test $i -lt 300000; do i=$((i+1)); done; echo done; exec sleep 60';
  const waiting = ['/bin/sh', '-c', `mkfifo "$0" && { (${count}) > "$0" & read -r line < "$0"; }`];
  const pipe = join(mkdtempSync(join(tmpdir(), 'dyno-left-')), 'pipe');
  const left = await runProcess({ ...request, command: [...waiting, pipe] });
  rmSync(dirname(pipe), { recursive: true });
  expect(left.exitCode).toBe(0);
  expect(left.leftTicks).toBeGreaterThan(5);
  expect(await runProcess({ ...request, command: 'true' })).toMatchObject({ leftTicks: 0 });
});

test('an aborted signal kills it, and one that was aborted before starts nothing', async () => {
  const controller = new AbortController();
  const running = runProcess({ ...request, command: 'sleep 100', signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  expect(await running).toMatchObject({ ended: 'aborted', signal: 'SIGKILL' });
  expect(await runProcess({ ...request, command: 'sleep 100', signal: AbortSignal.abort() })).toMatchObject({
    ended: 'aborted',
    pid: null,
  });
});

test('endless output ends it', async () => {
  expect(await runProcess({ ...request, command: 'yes' })).toMatchObject({ ended: 'output-too-long' });
});

test('of stderr the end is kept', async () => {
  const { stderr } = await runProcess({ ...request, command: 'seq 1 100000 >&2' });
  expect(stderr.length).toBe(16 * 1024);
  expect(stderr.endsWith('\n100000\n')).toBe(true);
});

test('it does not outlive a runner that is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-runner-'));
  const script = `
    const { runProcess } = await import(${JSON.stringify(packageFile('dist', 'gate', 'run-process.js'))});
    // It waits first, as its runner must have had the time to have it guarded.
    void runProcess({ command: 'sleep 0.2; echo $$ > pid; mv pid written; exec sleep 100', folder: ${JSON.stringify(folder)},
      environment: { PATH: process.env.PATH }, seconds: 100 });`;
  const runner = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' });
  try {
    const written = join(folder, 'written');
    while (!existsSync(written) && runner.exitCode === null) await sleep(10);
    const pid = Number(readFileSync(written, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    runner.kill('SIGKILL');
    expect(await gone(pid)).toBe(true);
  } finally {
    runner.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test('the mark of the byte order before an output is no part of it', async () => {
  const { stdout } = await runProcess({ ...request, command: "printf '\\357\\273\\277{}\\r\\n'" });
  expect(stdout).toBe('{}\r\n');
});
