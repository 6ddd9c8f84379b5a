import { findProgram } from '../../../kernel/find-program.ts';
import { packageFile } from '../../../kernel/package-root.ts';
import { shellWords } from '../../../kernel/shell-words.ts';

/** Which Python runs the workers: `DYNO_PYTHON` where it is set, else the first `python3` or `python` in PATH; null: there is none. */
export function pythonProgram(environment: Readonly<Record<string, string | undefined>> = process.env): string | null {
  return environment.DYNO_PYTHON || findProgram('python3', 'python');
}

/** The program that a worker runs. */
export const workerScript = packageFile('python', 'dyno-worker.py');

/** The oldest Python whose syntax and library the worker keeps to. */
export const leastPython = [3, 9] as const;

export const pythonInstallLine =
  'Install Python 3.9 or newer (apt-get install python3 python3-venv), or name one with DYNO_PYTHON=/path/to/python3.';

/**
 * The line that installs packages into an environment of their own, which Dyno then uses. Builds of one library for several devices have the same
 * files, and need an environment each.
 */
export function packagesInstallLine(packages: string, environment = 'dyno'): string {
  const folder = `~/.venvs/${environment}`;
  return `python3 -m venv ${folder} && ${folder}/bin/pip install ${packages} && export DYNO_PYTHON=${folder}/bin/python`;
}

/** The line that installs a library that Python lacks: into the Python that was named, which may have others that are needed beside it. */
export function libraryInstallLine(
  packages: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const named = environment.DYNO_PYTHON;
  return named ? `${shellWords([named])} -m pip install ${packages}` : packagesInstallLine(packages);
}

/** Whether a version such as `3.11.7` is new enough. */
export function isPythonNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > leastPython[0] || (major === leastPython[0] && minor >= leastPython[1]);
}
