import { spawnSync } from 'node:child_process';
import { DynoError, InputError } from '../kernel/errors.ts';

/** How a call of git ended. */
export interface GitResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const mostBytes = 256 * 1024 * 1024;

/**
 * Runs git in a folder to its end. A hook that started this process set variables that name another repository and index: they are not
 * passed on. Hooks do not run, and nothing is asked of anyone. Throws `GIT_MISSING` (exit 3) where there is no git.
 */
export function git(folder: string, gitArguments: readonly string[]): GitResult {
  // Of the user's hooks (`post-checkout`) and housekeeping, nothing is to run for a checkout of the gate's.
  const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0', '-c', 'core.fsmonitor=false'];
  const result = spawnSync('git', ['-C', folder, ...quiet, ...gitArguments], {
    encoding: 'utf8',
    maxBuffer: mostBytes,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutGitVariables(process.env), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
  });
  if (result.error !== undefined && (result.error as NodeJS.ErrnoException).code === 'ENOENT') {
    throw new InputError(
      'GIT_MISSING',
      'Expected git to compare two versions of a repository, got no such program. Install it, or compare two stored runs.',
      { cause: result.error },
    );
  }
  const stderr = result.error === undefined ? result.stderr : `${result.stderr ?? ''}${result.error.message}`;
  return { ok: result.status === 0, stdout: result.stdout ?? '', stderr: stderr.trim() };
}

/** What git prints. Throws `GIT_FAILED` (exit 4) with what git says. */
export function gitOutput(folder: string, gitArguments: readonly string[]): string {
  const { ok, stdout, stderr } = git(folder, gitArguments);
  if (ok) return stdout;
  throw new DynoError(
    'GIT_FAILED',
    `git ${gitArguments.join(' ')}: expected it to succeed in ${folder}, got: ${stderr}`,
  );
}

/** The root of the checkout that a folder is in; null where it is in none. */
export function repositoryRoot(folder: string): string | null {
  const { ok, stdout } = git(folder, ['rev-parse', '--show-toplevel']);
  return ok ? stdout.replace(/\n$/, '') : null;
}

/** An environment without what tells git which repository, index or folder to take. */
export function withoutGitVariables(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own = (name: string): boolean =>
    /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|OBJECT_DIRECTORY|QUARANTINE_PATH)$/.test(name) ||
    name.startsWith('GIT_ALTERNATE_');
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined || own(name) ? [] : [[name, value]])),
  );
}
