import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { timerMilliseconds } from '../kernel/timer.ts';
import { ticksOfGroup } from './processor-times.ts';

/** A program of the user's, such as a benchmark or the steps that build it. */
export interface ProcessRequest {
  /** Program and arguments, or a line for the system's shell. */
  readonly command: readonly string[] | string;
  readonly folder: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** It is killed when it takes longer. */
  readonly seconds: number;
  /** Kills it when aborted. */
  readonly signal?: AbortSignal | undefined;
}

export interface ProcessResult {
  /** null: it could not be started. */
  readonly pid: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it was killed or could not be started; null: it ended by itself. */
  readonly ended: 'timeout' | 'aborted' | 'output-too-long' | 'not-started' | null;
  /** Why it could not be started. */
  readonly failure: string | null;
  readonly stdout: string;
  /** The last part of what it wrote to stderr. */
  readonly stderr: string;
  /** Processor time, in 1/100 s, of what it left behind in its group, which was killed then: nobody waits for that but the system. */
  readonly leftTicks: number;
}

const mostStdoutBytes = 16 * 1024 * 1024;
const mostStderrBytes = 16 * 1024;
/** After its exit, how long a process that it left behind may keep the pipes open. */
const pipeSeconds = 1;

/**
 * Runs a program to its end, in a process group of its own, and then kills whatever it left behind in that group: nothing of one measurement
 * may run beside the next one. The group is killed at the deadline, when `signal` is aborted, and when this process ends, by SIGKILL
 * too. Never rejects.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const [program, programArguments] = words(request.command);
  if (request.signal?.aborted) return notRun('aborted', null);
  const guardian = startGuardian();
  let child: ChildProcess;
  try {
    child = spawn(program, programArguments, {
      cwd: request.folder,
      env: { ...request.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    // Arguments that hold a zero byte or are too long.
    guardian.dismiss();
    return notRun('not-started', error instanceof Error ? error.message : String(error));
  }
  if (child.pid !== undefined) guardian.guard(child.pid);
  return await outcome(child, guardian, request);
}

function outcome(child: ChildProcess, guardian: Guardian, { seconds, signal }: ProcessRequest): Promise<ProcessResult> {
  let ended: ProcessResult['ended'] = null;
  const killFor = (why: ProcessResult['ended']): void => {
    ended ??= why;
    killGroup(child);
  };
  const stdout = collected(child.stdout, mostStdoutBytes, 'first', () => killFor('output-too-long'));
  const stderr = collected(child.stderr, mostStderrBytes, 'last');
  const timer = setTimeout(() => killFor('timeout'), timerMilliseconds(seconds));
  const onAbort = (): void => killFor('aborted');
  const onExit = (): void => killGroup(child);
  signal?.addEventListener('abort', onAbort, { once: true });
  process.on('exit', onExit);

  return new Promise((resolve) => {
    let settled = false;
    let leftTicks = 0;
    const settle = (result: Pick<ProcessResult, 'exitCode' | 'signal' | 'failure'>): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      process.off('exit', onExit);
      guardian.dismiss();
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (result.failure !== null) ended ??= 'not-started';
      resolve({ ...result, pid: child.pid ?? null, ended, stdout: stdout(), stderr: stderr(), leftTicks });
    };
    child.once('error', (error) => settle({ exitCode: null, signal: null, failure: error.message }));
    child.once('exit', (exitCode, exitSignal) => {
      leftTicks = child.pid === undefined ? 0 : ticksOfGroup(child.pid);
      // What is left of its group goes first: it may hold the pipes open.
      killGroup(child);
      const end = () => settle({ exitCode, signal: exitSignal, failure: null });
      child.once('close', end);
      // A process that left the group, as a daemon does, may hold them, too.
      void sleep(pipeSeconds * 1e3, undefined, { ref: false }).then(end);
    });
  });
}

interface Guardian {
  /** Tells it the group that it is to kill. */
  guard(group: number): void;
  /** Lets it go. */
  dismiss(): void;
}

/**
 * A shell that kills a group when this process is gone, however it ended: the pipe that it reads from is closed then. It is there before the program
 * is, so that the program is unguarded only until its process id has been written.
 */
function startGuardian(): Guardian {
  if (process.platform === 'win32') return { guard: () => {}, dismiss: () => {} };
  const script = 'read -r group || exit; read -r _; kill -s KILL -- "-$group"';
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without it the program still has its deadline.
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  return {
    guard: (group) => shell.stdin?.write(`${group}\n`),
    dismiss: () => {
      shell.kill('SIGKILL');
      shell.stdin?.destroy();
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

/** A function that tells what came from a stream until now: the first or the last `most` bytes. */
function collected(
  stream: ChildProcess['stdout'],
  most: number,
  keep: 'first' | 'last',
  onExceeded: () => void = () => {},
): () => string {
  let parts: Buffer[] = [];
  let length = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (keep === 'first' && length > most) return;
    parts.push(chunk);
    length += chunk.length;
    if (length <= most) return;
    if (keep === 'first') onExceeded();
    else {
      parts = [Buffer.concat(parts).subarray(-most)];
      length = most;
    }
  });
  stream?.on('error', () => {});
  // The decoder leaves out the mark of the byte order, which some programs of Windows write first.
  return () => new TextDecoder().decode(Buffer.concat(parts));
}

function words(command: ProcessRequest['command']): [string, string[]] {
  if (typeof command !== 'string') return [command[0] ?? '', command.slice(1)];
  return process.platform === 'win32'
    ? [process.env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', command]]
    : ['/bin/sh', ['-c', command]];
}

function notRun(ended: 'aborted' | 'not-started', failure: string | null): ProcessResult {
  return { pid: null, exitCode: null, signal: null, ended, failure, stdout: '', stderr: '', leftTicks: 0 };
}

/** How a process ended, in words; null where it ended well. */
export function endText(result: ProcessResult, seconds: number): string | null {
  if (result.ended === 'timeout') return `took longer than ${seconds} s and was killed`;
  if (result.ended === 'aborted') return 'was stopped';
  if (result.ended === 'output-too-long') return `printed more than ${mostStdoutBytes / 2 ** 20} MiB and was killed`;
  if (result.ended === 'not-started') return `could not be started: ${result.failure}`;
  if (result.signal !== null) return `was ended by ${result.signal}`;
  return result.exitCode === 0 ? null : `ended with exit code ${result.exitCode}`;
}
