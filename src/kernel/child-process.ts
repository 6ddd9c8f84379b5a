import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { errorText } from './errors.ts';

/** How a child process ended. Both null: it could not be waited for. */
export interface ChildExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it could not be started, when it could not. */
  readonly failure: string | null;
}

/** A running child process of ours. */
export interface Child {
  readonly pid: number | null;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the process has exited; does not wait for its pipes, which a grandchild may hold open. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** The last part of what it wrote to stderr, at most 8 KiB. */
  stderrTail(): string;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): void;
  /** Whether this process waits for the child and its pipes before it ends by itself; it does until it is told otherwise. */
  hold(holds: boolean): void;
}

export interface SpawnOptions {
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
}

export interface ProgramOptions {
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * A process group of its own, which signals then go to: whatever the program starts ends with it, and what a terminal sends to this process
   * does not reach it.
   */
  readonly ownGroup?: boolean;
}

const tailBytes = 8192;

/**
 * Starts a Node.js process of ours with pipes on stdin, stdout and stderr. Its stdin is its lifeline: it ends itself when that
 * closes, which the kernel does even when this process is killed.
 */
export function spawnNode(script: string, scriptArguments: readonly string[], options: SpawnOptions = {}): Child {
  const { nodeArguments = [], environment } = options;
  const settings = environment === undefined ? {} : { environment };
  return spawnProgram(process.execPath, [...nodeArguments, script, ...scriptArguments], settings);
}

/** Starts a program with pipes on stdin, stdout and stderr. One that cannot be started has no `pid`, and `exited` says why. */
export function spawnProgram(
  program: string,
  programArguments: readonly string[],
  { environment, ownGroup = false }: ProgramOptions = {},
): Child {
  const child = execa(program, programArguments, {
    // Output is read here as it comes: execa's own buffer would end a long stream.
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: ownGroup,
    ...(environment === undefined ? {} : { env: { ...environment } }),
  });

  let tail = Buffer.alloc(0);
  child.stderr.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
  });
  // A child that is gone makes writes fail with EPIPE: its exit tells more.
  child.stdin.on('error', () => {});

  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      // One turn later, so that the last lines of stderr are in the tail.
      setImmediate(() => setImmediate(() => resolve({ exitCode, signal, failure: null })));
    });
    child.once('error', (error) => resolve({ exitCode: null, signal: null, failure: error.message }));
    // With `reject: false` the promise settles with the outcome. It also waits for the pipes, so for a process that has started the
    // exit event is used instead; but one that the system refuses at once (E2BIG, ENOMEM) emits neither event.
    void child.then(
      (outcome) => {
        if (child.pid !== undefined) return;
        resolve({ exitCode: null, signal: null, failure: outcome.originalMessage ?? 'it was refused by the system' });
      },
      (error) => resolve({ exitCode: null, signal: null, failure: errorText(error) }),
    );
  });

  return {
    pid: child.pid ?? null,
    stdin: child.stdin,
    stdout: child.stdout,
    exited,
    stderrTail: () => tail.toString('utf8'),
    kill: (signal) => {
      if (!ownGroup || child.pid === undefined || process.platform === 'win32') {
        child.kill(signal);
        return;
      }
      try {
        process.kill(-child.pid, signal);
      } catch {
        // The group has ended already.
      }
    },
    hold: (holds) => {
      const how = holds ? 'ref' : 'unref';
      child[how]();
      // Pipes are sockets in Node.js, which the type of a stream does not tell.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as unknown as Socket)[how]?.();
    },
  };
}

/** Calls `onLine` for each line of a stream. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}
