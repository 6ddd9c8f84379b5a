import { type ChildProcess, execFile } from 'node:child_process';
import { withTimeout } from './lifecycle.ts';

export interface CommandOptions {
  readonly seconds: number;
  readonly folder?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Kills the tool when it is aborted. */
  readonly signal?: AbortSignal;
}

/** How a tool of the system ended, and what it printed until then. */
export interface CommandResult {
  /** null: it was not started, was killed, or did not end in time. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a tool of the system to its end. Never throws. Not awaited a second longer than `seconds`: a tool that hangs in a driver cannot
 * be killed.
 */
export async function commandResult(
  program: string,
  programArguments: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { seconds, folder, environment, signal } = options;
  let child: ChildProcess | null = null;
  const result = new Promise<CommandResult>((resolve) => {
    child = execFile(
      program,
      [...programArguments],
      {
        encoding: 'utf8',
        maxBuffer: 16 * 1024 * 1024,
        timeout: seconds * 1e3,
        killSignal: 'SIGKILL',
        windowsHide: true,
        ...(folder === undefined ? {} : { cwd: folder }),
        ...(signal === undefined ? {} : { signal }),
        // Messages and numbers as they are documented, not in the user's language.
        env: { ...process.env, LC_ALL: 'C', ...environment },
      },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ exitCode, stdout, stderr, timedOut: error?.killed === true });
      },
    );
  });
  try {
    return await withTimeout(result, seconds + 1, `command ${program}`);
  } catch {
    // It did not even die of SIGKILL: this process must not wait for it at its own end.
    (child as ChildProcess | null)?.unref();
    return { exitCode: null, stdout: '', stderr: '', timedOut: true };
  }
}

/**
 * What a tool of the system prints, or null when it is not installed, fails, or takes longer than `seconds`: for facts that are nice to
 * know. Never throws.
 */
export async function commandOutput(
  program: string,
  programArguments: readonly string[],
  options: CommandOptions,
): Promise<string | null> {
  const { exitCode, stdout } = await commandResult(program, programArguments, options);
  return exitCode === 0 ? stdout : null;
}
