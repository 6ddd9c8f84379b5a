import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type LineTool, type LineToolExit, splitLines, startLineTool } from '../../src/kernel/line-tool.ts';

const tools: LineTool[] = [];
const others: number[] = [];
afterEach(() => {
  for (const tool of tools.splice(0)) {
    tool.kill('SIGKILL');
    tool.abandon();
  }
  for (const pid of others.splice(0)) {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
});

interface Started {
  readonly tool: LineTool;
  readonly lines: string[];
  readonly exit: Promise<LineToolExit>;
}

function start(script: string): Started {
  const lines: string[] = [];
  let tool: LineTool | null = null;
  const exit = new Promise<LineToolExit>((resolve) => {
    tool = startLineTool('sh', ['-c', script], (line) => lines.push(line), resolve);
    tools.push(tool);
  });
  if (tool === null) throw new Error('It was not started.');
  return { tool, lines, exit };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 500; waited++) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error('What was waited for did not happen within 5 s.');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process id that the tool prints first; ended after the test, whatever becomes of it. */
async function firstPid({ lines }: Started): Promise<number> {
  await until(() => lines.length > 0);
  const pid = Number(lines[0]);
  expect(pid).toBeGreaterThan(1);
  others.push(pid);
  return pid;
}

test('lines of both streams come before the exit code', async () => {
  const { lines, exit } = start('echo one; echo two >&2; exit 3');
  expect(await exit).toEqual({ exitCode: 3, signal: null, failure: null });
  expect(lines.sort()).toEqual(['one', 'two']);
});

test('a program that is not there is a failure in words', async () => {
  const exit = await new Promise<LineToolExit>((resolve) => {
    startLineTool('no-such-program-of-dyno', [], () => {}, resolve);
  });
  expect(exit).toMatchObject({ exitCode: null, signal: null });
  expect(exit.failure).toContain('ENOENT');
});

test.skipIf(!existsSync('/proc/self/stat'))(
  'Ctrl-C of the terminal does not reach the tool: it leads a process group of its own',
  async () => {
    const { lines, exit } = start('echo $$; cut -d " " -f 5 /proc/$$/stat');
    await exit;
    expect(Number(lines[0])).toBeGreaterThan(1);
    expect(lines[1]).toBe(lines[0]);
  },
);

test.skipIf(process.platform === 'win32')('what a script started as the real tool is killed with it', async () => {
  const started = start('sleep 60 & echo $!; wait');
  const pid = await firstPid(started);
  started.tool.kill('SIGKILL');
  expect(await started.exit).toMatchObject({ signal: 'SIGKILL' });
  await until(() => !isAlive(pid));
});

test.skipIf(process.platform === 'win32')(
  'when the tool has ended, nobody reads on from a process that still holds its pipes',
  async () => {
    const started = start('(while echo x; do sleep 0.02; done) & echo $!');
    const pid = await firstPid(started);
    expect(await started.exit).toMatchObject({ exitCode: 0 });
    await until(() => !isAlive(pid));
  },
);

test('chunks become lines wherever they are cut; empty lines and endless ones are left out', () => {
  const lines: string[] = [];
  const split = splitLines((line) => lines.push(line));
  for (const chunk of ['a', 'b\r', '\n\n', 'x'.repeat(20_000), 'y'.repeat(20_000), 'z\nlast\nbegun']) split(chunk);
  expect(lines).toEqual(['ab', 'last']);
});
