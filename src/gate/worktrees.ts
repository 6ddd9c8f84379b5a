import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../kernel/content-hash.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { makeTemporaryFolder, temporaryFolderError } from '../kernel/temporary-folder.ts';
import { git, gitOutput } from './git.ts';
import { ownerFile, ownerText, removeLeftovers, rootPrefix } from './leftover-worktrees.ts';
import type { Arm } from './pair.ts';
import type { Version } from './version.ts';
import { copyWorkingTree, isLfsPointer } from './working-tree-copy.ts';

/** A version that can be checked out. */
export type SourceVersion = Extract<Version, { kind: 'commit' | 'working-tree' }>;

/** One arm's files, apart from the user's checkout. */
export interface Worktree {
  readonly arm: Arm;
  readonly version: SourceVersion;
  /** Absolute; those of both arms are of equal length. */
  readonly folder: string;
  /** Changes with any file: equal for equal contents, of a commit the id of its tree. */
  readonly content: string;
  /** Files of the working tree that differ from its commit; 0 for a commit. */
  readonly changedFiles: number;
}

export interface Worktrees {
  /** Absolute folder that holds both, and what else the gate writes for its processes. */
  readonly root: string;
  readonly base: Worktree;
  readonly head: Worktree;
  /** Removes both, and what the repository notes of them. Calling it again does nothing. */
  remove(): void;
}

/**
 * Puts base and head each into a folder of its own, as git worktrees beside one another in a temporary folder. The user's checkout, its index and its
 * stash are not touched; the repository notes two worktrees for as long as they live, and is what their objects are shared with. Removed by
 * `remove`, when the process ends, or, after a SIGKILL, by the next call. Equal versions are an A/A run.
 *
 * Throws with exit code 3 `SUBMODULES`, `NESTED_REPOSITORY` and `LFS_FILES_MISSING` for what a worktree would not hold whole, and
 * `CHECKOUT_FAILED` (exit 4) with what git says.
 */
export function makeWorktrees(base: SourceVersion, head: SourceVersion): Worktrees {
  for (const version of [base, head]) refuseSubmodules(version);
  removeLeftovers(head.repository);
  // The real path: git compares paths by their text, and the temporary folder is a link on some systems.
  const root = realpathSync(makeTemporaryFolder(rootPrefix));
  let removed = false;
  const remove = (): void => {
    if (removed) return;
    removed = true;
    process.off('exit', remove);
    for (const arm of ['base', 'head'] as const) {
      git(head.repository, ['worktree', 'remove', '--force', '--force', join(root, arm)]);
    }
    rmSync(root, { recursive: true, force: true });
  };
  process.on('exit', remove);
  try {
    writeFileSync(join(root, ownerFile), ownerText(head.repository));
    return { root, base: checkOut('base', base, root), head: checkOut('head', head, root), remove };
  } catch (error) {
    remove();
    throw temporaryFolderError(error, dirname(root));
  }
}

function checkOut(arm: Arm, version: SourceVersion, root: string): Worktree {
  const { repository, commit } = version;
  const folder = join(root, arm);
  const isCommit = version.kind === 'commit';
  const added = git(repository, [
    // Which files of the checkout the user wants to see is no matter of the commit.
    ...['-c', 'core.sparseCheckout=false'],
    'worktree',
    'add',
    '--quiet',
    '--detach',
    ...(isCommit ? [] : ['--no-checkout']),
    folder,
    commit,
  ]);
  if (!added.ok) {
    throw new DynoError(
      'CHECKOUT_FAILED',
      `Expected to check out ${arm} (${version.name}, ${commit.slice(0, 12)}) in ${folder}, got: ${added.stderr}`,
    );
  }
  if (isCommit) {
    refuseLfsPointers(version, folder);
    const content = gitOutput(repository, ['rev-parse', `${commit}^{tree}`]).trim();
    return { arm, version, folder, content, changedFiles: 0 };
  }
  const copied = copyWorkingTree(repository, folder);
  // The index of the new worktree, not the user's: so that `git describe`, `git ls-files` and the like answer as they do in the checkout.
  gitOutput(folder, ['read-tree', 'HEAD']);
  refuseLfsPointers(version, folder);
  return { arm, version, folder, content: sha256(copied.listing), changedFiles: copied.changedFiles };
}

/** A worktree holds empty folders in their place; what they would be filled with is not in this repository. */
function refuseSubmodules(version: SourceVersion): void {
  const { repository, commit, name } = version;
  const listing =
    version.kind === 'commit'
      ? gitOutput(repository, ['ls-tree', '-r', '-z', '--full-tree', commit])
      : gitOutput(repository, ['ls-files', '--stage', '-z']);
  // `<mode> <…>\t<path>`; 160000 is a commit of another repository.
  const submodule = listing.split('\0').find((entry) => entry.startsWith('160000 '));
  if (submodule === undefined) return;
  throw new InputError(
    'SUBMODULES',
    `${name}: expected a repository without submodules, got one at ${submodule.split('\t')[1]}. The gate does not check out ` +
      'submodules: measure both versions with `dyno bench` and compare the two runs, or fetch what is needed in `gate.setup` from a copy without them.',
  );
}

/** Where git-lfs is not installed, or was told to skip, its files are short texts that name the real ones. */
function refuseLfsPointers(version: SourceVersion, folder: string): void {
  const listing = gitOutput(folder, ['ls-files', '-z', ':(attr:filter=lfs)']);
  const paths = listing.split('\0').filter((path) => path !== '');
  const pointer = paths.find((path) => isLfsPointer(join(folder, path)));
  if (pointer === undefined) return;
  throw new InputError(
    'LFS_FILES_MISSING',
    `${version.name}: expected the contents of ${pointer}, got a pointer of git LFS. Install git-lfs, run \`git lfs install\` and ` +
      '`git lfs fetch --all` (in GitHub Actions check out with `lfs: true`), then start the gate again.',
  );
}
