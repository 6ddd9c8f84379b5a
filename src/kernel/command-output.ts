import { execFile } from 'node:child_process';
import { withTimeout } from './lifecycle.ts';

export interface CommandOptions {
  readonly seconds: number;
  readonly folder?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * What a tool of the system prints, or null when it is not installed, fails, or takes longer than `seconds`: for facts that are nice to
 * know. Never throws. Not awaited longer than that either: a tool that hangs in a driver cannot be killed.
 */
export async function commandOutput(
  program: string,
  programArguments: readonly string[],
  options: CommandOptions,
): Promise<string | null> {
  const { seconds, folder, environment } = options;
  const output = new Promise<string | null>((resolve) => {
    execFile(
      program,
      [...programArguments],
      {
        encoding: 'utf8',
        maxBuffer: 16 * 1024 * 1024,
        timeout: seconds * 1e3,
        killSignal: 'SIGKILL',
        windowsHide: true,
        ...(folder === undefined ? {} : { cwd: folder }),
        // Messages and numbers as they are documented, not in the user's language.
        env: { ...process.env, LC_ALL: 'C', ...environment },
      },
      (error, stdout) => resolve(error === null ? stdout : null),
    );
  });
  try {
    return await withTimeout(output, seconds + 1, `command ${program}`);
  } catch {
    return null;
  }
}
