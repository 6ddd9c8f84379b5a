import { type ChildProcess, spawn } from 'node:child_process';

/** A tool of the system that goes on printing lines until it is ended. */
export interface LineTool {
  readonly pid: number | null;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /**
   * Stops it where it is, until `resume`: it uses no CPU time meanwhile. A process within a system call, such as one of a driver, comes
   * back from it first, so that it holds nothing of the kernel's. Does nothing on Windows.
   */
  pause(): void;
  resume(): void;
  /**
   * Lets go of a process that does not even die of SIGKILL, as in an uninterruptible call of a driver: its pipes are destroyed, and nothing
   * waits for it any more.
   */
  abandon(): void;
}

/** How it ended. `failure`: why it could not be started. */
export interface LineToolExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly failure: string | null;
}

/** What is longer is no line of a tool: the rest up to the next end of line is dropped, so that garbage cannot fill the memory. */
const longestLine = 16 * 1024;

/** Starts a tool and calls `onLine` for each line on its stdout and stderr, then `onExit` once, after the last line. */
export function startLineTool(
  program: string,
  programArguments: readonly string[],
  onLine: (line: string) => void,
  onExit: (exit: LineToolExit) => void,
): LineTool {
  let ended = false;
  const end = (exit: LineToolExit): void => {
    if (ended) return;
    ended = true;
    onExit(exit);
  };
  let child: ChildProcess;
  try {
    child = spawn(program, [...programArguments], {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // In a process group of its own: Ctrl-C in a terminal reaches whole groups, and whether to end this tool is for its owner to say.
      detached: process.platform !== 'win32',
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    setImmediate(() => end({ exitCode: null, signal: null, failure }));
    return { pid: null, kill: () => {}, pause: () => {}, resume: () => {}, abandon: () => {} };
  }
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    const split = splitLines((line) => {
      if (!ended) onLine(line);
    });
    stream.setEncoding('utf8').on('data', split);
  }
  const destroyPipes = (): void => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  child.on('error', (error) => end({ exitCode: null, signal: null, failure: error.message }));
  child.once('exit', (exitCode, signal) => {
    // One turn later, so that its last lines come first; not until its pipes close, which a grandchild may hold open.
    setImmediate(() =>
      setImmediate(() => {
        end({ exitCode, signal, failure: null });
        destroyPipes();
      }),
    );
  });
  return {
    pid: child.pid ?? null,
    kill: (signal) => {
      killGroup(child, signal);
      // A stopped process would end only when it goes on.
      if (signal === 'SIGTERM') killGroup(child, 'SIGCONT');
    },
    pause: () => killGroup(child, 'SIGSTOP'),
    resume: () => killGroup(child, 'SIGCONT'),
    abandon: () => {
      destroyPipes();
      child.unref();
    },
  };
}

/** A signal to the tool and to what it started: it may be a script around the real one. */
function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') {
      if (signal === 'SIGTERM' || signal === 'SIGKILL') child.kill(signal);
    } else process.kill(-child.pid, signal);
  } catch {
    // It has just ended.
  }
}

/** A function that takes chunks of a text and calls `onLine` for each whole line, without its end. Empty lines are left out. */
export function splitLines(onLine: (line: string) => void): (chunk: string) => void {
  let begun = '';
  let tooLong = false;
  return (chunk) => {
    const parts = (begun + chunk).split(/\r?\n/);
    begun = parts.pop() ?? '';
    for (const part of parts) {
      if (!tooLong && part.trim() !== '' && part.length <= longestLine) onLine(part);
      tooLong = false;
    }
    if (begun.length > longestLine) {
      begun = '';
      tooLong = true;
    }
  };
}
