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
}

export interface SpawnOptions {
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
}

const tailBytes = 8192;

/**
 * Starts a Node.js process of ours with pipes on stdin, stdout and stderr. Its stdin is its lifeline: it ends itself when that
 * closes, which the kernel does even when this process is killed.
 */
export function spawnNode(script: string, scriptArguments: readonly string[], options: SpawnOptions = {}): Child {
  const child = execa(process.execPath, [...(options.nodeArguments ?? []), script, ...scriptArguments], {
    // Output is read here as it comes: execa's own buffer would end a long stream.
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    ...(options.environment === undefined ? {} : { env: { ...options.environment } }),
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
      child.kill(signal);
    },
  };
}

/** Calls `onLine` for each line of a stream. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}
