/**
 * What the process says to the shell when it ends (section "Exit codes" of the documentation).
 *
 * 0 success · 1 regression found · 2 measured but not valid · 3 usage, configuration or input ·
 * 4 nothing could be measured or judged, or a power limit could not be set back · 5 partial: some cases failed · 130/143 stopped by a signal
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130 | 143;

/**
 * An error that a person or a program is meant to react to: the message says which option or file:line, what was expected,
 * what came and what to do; the code is for programs.
 */
export class DynoError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, options: { cause?: unknown; exitCode?: ExitCode } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DynoError';
    this.code = code;
    this.exitCode = options.exitCode ?? 4;
  }
}

/** An error in what the user gave: an option, a suite, a model, a folder. Ends the process with 3. */
export class InputError extends DynoError {
  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(code, message, { ...options, exitCode: 3 });
    this.name = 'InputError';
  }
}

/** The text of anything that was thrown, with the chain of its causes where the text does not quote them itself. */
export function errorText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.cause === undefined) return thrown.message;
  const cause = errorText(thrown.cause);
  return thrown.message.includes(cause) ? thrown.message : `${thrown.message} (${cause})`;
}
