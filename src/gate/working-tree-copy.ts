import {
  closeSync,
  constants,
  copyFileSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../kernel/content-hash.ts';
import { InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { git, gitOutput } from './git.ts';

export interface CopiedTree {
  /** A line for each file: what it is, the hash of its content, its path. */
  readonly listing: string;
  /** Files that were changed, added or removed since the last commit. */
  readonly changedFiles: number;
}

/**
 * Copies the files of a checkout as they are on the disk: tracked ones with their changes, and new ones that are not ignored. Tracked files that
 * were deleted are not there in the copy either. Reads only. Throws `NESTED_REPOSITORY` or `SPARSE_CHECKOUT` (exit 3).
 */
export function copyWorkingTree(repository: string, target: string): CopiedTree {
  refuseSparse(repository);
  const listed = gitOutput(repository, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const paths = [...new Set(listed.split('\0').filter((path) => path !== ''))].sort();
  const lines: string[] = [];
  const made = new Set<string>();
  for (const path of paths) {
    if (path.endsWith('/')) throw nested(path);
    const from = join(repository, path);
    const status = lstatSync(from, { throwIfNoEntry: false });
    // Deleted, or a folder now stands where the file was: its files are listed by themselves.
    if (status === undefined || status.isDirectory()) continue;
    const to = join(target, path);
    if (!made.has(dirname(to))) makeFolder(dirname(to));
    made.add(dirname(to));
    if (status.isSymbolicLink()) {
      const link = readlinkSync(from);
      symlinkSync(link, to);
      lines.push(`link ${sha256(link)} ${path}`);
    } else if (status.isFile()) {
      // The mode is copied, too; where the file system can, the blocks are shared.
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      lines.push(`${(status.mode & 0o111) === 0 ? 'file' : 'program'} ${sha256(readFileSync(to))} ${path}`);
    } else {
      throw new InputError(
        'WORKING_TREE_UNREADABLE',
        `${from}: expected a file or a link, got a device or pipe. Remove it, or ignore it in .gitignore.`,
      );
    }
  }
  const changed = gitOutput(repository, ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all']);
  const changedFiles = changed.split('\0').filter((entry) => entry !== '').length;
  return { listing: lines.join('\n'), changedFiles };
}

/** Whether a file is what git LFS keeps in the place of the real one. */
export function isLfsPointer(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  // The specification of LFS: a pointer has less than 1,024 bytes and begins with this line.
  if (status === undefined || !status.isFile() || status.size >= 1024) return false;
  const start = Buffer.alloc(64);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, start, 0, start.length, 0);
    return start.subarray(0, length).toString('latin1').startsWith('version https://git-lfs.github.com/spec/');
  } finally {
    closeSync(file);
  }
}

function nested(path: string): InputError {
  return new InputError(
    'NESTED_REPOSITORY',
    `${path}: expected files, got a git repository within the working tree that is not ignored. Add it to .gitignore or .git/info/exclude, or ` +
      'commit the changes and name the commit as --head.',
  );
}

/** Files that are left out of the checkout would look like deleted ones. */
function refuseSparse(repository: string): void {
  if (git(repository, ['config', '--type=bool', 'core.sparseCheckout']).stdout.trim() !== 'true') return;
  throw new InputError(
    'SPARSE_CHECKOUT',
    `${repository}: expected a whole checkout, got a sparse one, which lacks files of the commit. Run \`git sparse-checkout disable\`, or ` +
      'commit the changes and name the commit as --head.',
  );
}
