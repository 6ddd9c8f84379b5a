import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DynoError, InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { findRun, runIdOf } from '../results/result-folder.ts';
import { git, repositoryRoot } from './git.ts';

/** What an arm of the gate is made of. */
export type Version =
  | { readonly kind: 'run'; readonly name: string; readonly folder: string }
  /** `commit` is the full id that `name` stands for. */
  | { readonly kind: 'commit'; readonly name: string; readonly commit: string; readonly repository: string }
  /** The files as they are, changed and new ones included; `commit` is what is checked out. */
  | { readonly kind: 'working-tree'; readonly name: string; readonly commit: string; readonly repository: string };

/** How the working tree is called on the command line and in reports. */
export const workingTreeName = 'working tree';

export interface ResolveOptions {
  /** The option that named it, for messages. */
  readonly option: '--base' | '--head';
  /** A folder within the repository. */
  readonly folder: string;
  /** Folder of stored runs. */
  readonly results: string;
}

/**
 * What a name on the command line stands for: the path of a run, the id of a run, or a git ref. Throws with exit code 3 `VERSION_AMBIGUOUS` for a name
 * that means more than one of them, `VERSION_UNKNOWN` for one that means none.
 */
export function resolveVersion(name: string, options: ResolveOptions): Version {
  if (name === workingTreeName || name === 'working-tree') return workingTree(options);
  const commit = commitNamed(name, options);
  const run = runNamed(name, options, commit !== null);
  if (run !== null && commit !== null) {
    throw new InputError(
      'VERSION_AMBIGUOUS',
      `${options.option} ${name}: expected one thing, got two of that name: the run in ${run} and the commit ` +
        `${commit.commit.slice(0, 12)}. Write ${resolve(run)} for the run, or refs/heads/${name}, refs/tags/${name} or the commit's id.`,
    );
  }
  if (run !== null) return { kind: 'run', name, folder: run };
  if (commit !== null) return commit;
  throw unknown(name, options);
}

/** The files of the checkout as they are. Throws `NOT_A_REPOSITORY`, and `VERSION_UNKNOWN` where nothing was committed yet. */
export function workingTree({ option, folder }: ResolveOptions): Version {
  const repository = repositoryRoot(folder);
  if (repository === null) {
    throw new InputError(
      'NOT_A_REPOSITORY',
      `${option}: expected the working tree of a git repository, but ${folder} is in none. Start dyno in a checkout, or name two stored runs.`,
    );
  }
  const { ok, stdout } = git(repository, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (!ok) throw new InputError('VERSION_UNKNOWN', `${option}: ${repository} has no commit yet. Make one first.`);
  return { kind: 'working-tree', name: workingTreeName, commit: stdout.trim(), repository };
}

/** A version that can be checked out. */
type Committed = Exclude<Version, { kind: 'run' }>;

/** Where head branched off from base: what a pull request is measured against, whatever base became since. Throws `NO_MERGE_BASE` (exit 3). */
export function mergeBaseOf(base: Committed, head: Committed): Committed {
  const { ok, stdout } = git(head.repository, ['merge-base', base.commit, head.commit]);
  if (!ok) {
    throw new InputError(
      'NO_MERGE_BASE',
      `--merge-base: expected ${base.name} and ${head.name} to have a commit in common, got none.${historyHint(head.repository)}`,
    );
  }
  return { kind: 'commit', name: `merge base with ${base.name}`, commit: stdout.trim(), repository: base.repository };
}

/** A commit that was resolved before. Throws `VERSION_UNKNOWN` (exit 3) where the repository that `folder` is in does not have it. */
export function knownCommit(
  name: string,
  commit: string,
  { option, folder }: Omit<ResolveOptions, 'results'>,
): Committed {
  const repository = repositoryRoot(folder);
  if (repository !== null && git(repository, ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`]).ok) {
    return { kind: 'commit', name, commit, repository };
  }
  throw new InputError(
    'VERSION_UNKNOWN',
    `${option} ${name}: expected to be in a clone that has the commit ${commit.slice(0, 12)}, got ${repository ?? `${folder}, which is in no git repository`}.`,
  );
}

/** The folder of the run that a name is the path or the id of. The beginning of an id will do only where the name is no ref. */
function runNamed(name: string, { option, results }: ResolveOptions, isRef: boolean): string | null {
  try {
    const folder = findRun(name, results);
    const whole = runIdOf(folder) === name || existsSync(name);
    return isRef && !whole ? null : folder;
  } catch (error) {
    if (!(error instanceof DynoError)) throw error;
    if (error.code !== 'RUN_AMBIGUOUS' || (isRef && !existsSync(name))) return null;
    throw new InputError('VERSION_AMBIGUOUS', `${option} ${name}: ${error.message}`, { cause: error });
  }
}

function commitNamed(name: string, { option, folder }: ResolveOptions): Extract<Version, { kind: 'commit' }> | null {
  const repository = repositoryRoot(folder);
  // What begins with a dash would be an option of git.
  if (repository === null || name === '' || name.startsWith('-')) return null;
  const { ok, stdout, stderr } = git(repository, ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`]);
  // git takes the first of several meanings and says so.
  if (/ambiguous/.test(stderr)) {
    throw new InputError(
      'VERSION_AMBIGUOUS',
      `${option} ${name}: expected one commit, got several that this may mean (${stderr.split('\n')[0]}). ` +
        `Write refs/heads/${name}, refs/tags/${name}, or more of the commit's id.`,
    );
  }
  return ok ? { kind: 'commit', name, commit: stdout.trim(), repository } : null;
}

function unknown(name: string, { option, folder, results }: ResolveOptions): InputError {
  const repository = repositoryRoot(folder);
  const asked = `${option} ${name}: expected a run in ${results}, the path of a run, or a git ref`;
  if (existsSync(name) && statSync(name).isDirectory()) {
    return new InputError('VERSION_UNKNOWN', `${asked}, got a folder that holds no run.`);
  }
  if (repository === null) {
    return new InputError('VERSION_UNKNOWN', `${asked}, got none of them; ${folder} is in no git repository.`);
  }
  const { stdout } = git(repository, ['for-each-ref', '--format=%(refname:short)']);
  const near = nearest(name, stdout.split('\n').filter(Boolean));
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  return new InputError('VERSION_UNKNOWN', `${asked}, got none of them.${hint}${historyHint(repository)}`);
}

/** In a clone that has only the newest commits, a ref that is not there most often was not fetched. */
function historyHint(repository: string): string {
  if (git(repository, ['rev-parse', '--is-shallow-repository']).stdout.trim() !== 'true') return '';
  return (
    ' This clone is shallow: it holds the newest commits only. Fetch the rest with `git fetch --unshallow`, or in ' +
    'GitHub Actions check out with `fetch-depth: 0`.'
  );
}
