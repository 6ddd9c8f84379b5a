import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeLeftovers } from '../../src/gate/leftover-worktrees.ts';
import { makeWorktrees, type SourceVersion, type Worktrees } from '../../src/gate/worktrees.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { ScratchRepository } from './scratch-repository.ts';

let repository: ScratchRepository;
let made: Worktrees[];
beforeEach(() => {
  repository = new ScratchRepository();
  made = [];
});
afterEach(() => {
  for (const worktrees of made) worktrees.remove();
  repository.remove();
});

function commitVersion(commit: string): SourceVersion {
  return { kind: 'commit', name: commit.slice(0, 7), commit, repository: repository.folder };
}

function workingTree(): SourceVersion {
  const commit = repository.git('rev-parse', 'HEAD');
  return { kind: 'working-tree', name: 'working tree', commit, repository: repository.folder };
}

function make(base: SourceVersion, head: SourceVersion): Worktrees {
  const worktrees = makeWorktrees(base, head);
  made.push(worktrees);
  return worktrees;
}

function worktreesNoted(): number {
  return repository.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length ?? 0;
}

/** All that git knows of the user's checkout, and the bytes of its index. */
function checkout(): unknown {
  return {
    status: repository.git('status', '--porcelain', '--untracked-files=all', '--ignored'),
    index: readFileSync(repository.path('.git', 'index')).toString('hex'),
    stash: repository.git('stash', 'list'),
    head: readFileSync(repository.path('.git', 'HEAD'), 'utf8'),
    branches: repository.git('for-each-ref'),
  };
}

test('two commits lie side by side in folders of equal length', () => {
  const first = repository.commit({ 'src/a.txt': 'one' });
  const second = repository.commit({ 'src/a.txt': 'two' });
  const { base, head } = make(commitVersion(first), commitVersion(second));
  expect(readFileSync(join(base.folder, 'src/a.txt'), 'utf8')).toBe('one');
  expect(readFileSync(join(head.folder, 'src/a.txt'), 'utf8')).toBe('two');
  expect(base.folder.length).toBe(head.folder.length);
  expect(base.content).not.toBe(head.content);
});

test('the working tree is copied as it is: changed, new, deleted and linked files, without ignored ones', () => {
  repository.commit({
    'changed.txt': 'old',
    'deleted.txt': 'x',
    'kept.txt': 'kept',
    '.gitignore': 'build/\n',
    'staged.txt': 'old',
  });
  repository.write({
    'changed.txt': 'new',
    'new folder/ü.txt': 'untracked',
    'build/out': 'ignored',
    'staged.txt': 'new',
  });
  repository.git('add', 'staged.txt');
  unlinkSync(repository.path('deleted.txt'));
  symlinkSync('kept.txt', repository.path('link'));
  chmodSync(repository.path('kept.txt'), 0o755);
  const before = checkout();

  const { base, head } = make(commitVersion(workingTree().commit), workingTree());
  expect(readFileSync(join(head.folder, 'changed.txt'), 'utf8')).toBe('new');
  expect(readFileSync(join(head.folder, 'staged.txt'), 'utf8')).toBe('new');
  expect(readFileSync(join(head.folder, 'new folder/ü.txt'), 'utf8')).toBe('untracked');
  expect(readlinkSync(join(head.folder, 'link'))).toBe('kept.txt');
  expect(lstatSync(join(head.folder, 'kept.txt')).mode & 0o111).not.toBe(0);
  expect(existsSync(join(head.folder, 'deleted.txt'))).toBe(false);
  expect(existsSync(join(head.folder, 'build'))).toBe(false);
  // changed, staged, deleted, the mode of kept, the new file and the link
  expect(head.changedFiles).toBe(6);
  expect(existsSync(join(base.folder, 'deleted.txt'))).toBe(true);
  expect(readFileSync(join(base.folder, 'changed.txt'), 'utf8')).toBe('old');
  expect(checkout()).toEqual(before);
});

test('a clean working tree and its commit hold the same files, and equal versions are no error', () => {
  const commit = repository.commit({ 'a.txt': 'one', 'b/c.txt': 'two' });
  const { base, head } = make(commitVersion(commit), workingTree());
  const list = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  expect(list(head.folder)).toEqual(list(base.folder));
  expect(head.changedFiles).toBe(0);
  const twice = make(commitVersion(commit), commitVersion(commit));
  expect(twice.base.content).toBe(twice.head.content);
});

test('the content of a working tree changes with one byte of an untracked file', () => {
  repository.commit({ a: '1' });
  repository.write({ b: 'x' });
  const before = make(workingTree(), workingTree()).head.content;
  repository.write({ b: 'y' });
  expect(make(workingTree(), workingTree()).head.content).not.toBe(before);
});

test('what was made is removed, and the repository notes no worktree of it any more', () => {
  const commit = repository.commit({ a: '1' });
  const before = checkout();
  const worktrees = make(commitVersion(commit), workingTree());
  expect(worktreesNoted()).toBe(3);
  // A build that left files behind does not keep the folder.
  mkdirSync(join(worktrees.base.folder, 'node_modules'));
  worktrees.remove();
  worktrees.remove();
  expect(existsSync(worktrees.root)).toBe(false);
  expect(worktreesNoted()).toBe(1);
  expect(checkout()).toEqual(before);
});

test('hooks of the user do not run for the checkouts of the gate', () => {
  const commit = repository.commit({ a: '1' });
  repository.write({ '.git/hooks/post-checkout': `#!/bin/sh\ntouch ${repository.path('hook-ran')}\n` });
  chmodSync(repository.path('.git/hooks/post-checkout'), 0o755);
  make(commitVersion(commit), commitVersion(commit));
  expect(existsSync(repository.path('hook-ran'))).toBe(false);
});

test('submodules are refused by their path', () => {
  const inner = repository.commit({ a: '1' });
  repository.git('update-index', '--add', '--cacheinfo', `160000,${inner},libs/inner`);
  repository.git('commit', '--quiet', '--message', 'submodule');
  const commit = repository.git('rev-parse', 'HEAD');
  expect(() => make(commitVersion(inner), commitVersion(commit))).toThrow('libs/inner');
  expect(() => make(commitVersion(inner), workingTree())).toThrow(
    expect.objectContaining({ code: 'SUBMODULES', exitCode: 3 }),
  );
  expect(worktreesNoted()).toBe(1);
});

test('a repository within the working tree is refused by its path', () => {
  const commit = repository.commit({ a: '1' });
  mkdirSync(repository.path('vendor/inner'), { recursive: true });
  repository.git('init', '--quiet', repository.path('vendor/inner'));
  repository.git('-C', repository.path('vendor/inner'), 'commit', '--quiet', '--allow-empty', '--message', 'x');
  expect(() => make(commitVersion(commit), workingTree())).toThrow(
    expect.objectContaining({ code: 'NESTED_REPOSITORY', message: expect.stringContaining('vendor/inner/') }),
  );
  expect(worktreesNoted()).toBe(1);
});

test('a pointer of git LFS in the place of a file is refused, and a text that tells of LFS is not', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
  const fine = repository.commit({ 'notes.md': pointer });
  make(commitVersion(fine), workingTree()).remove();
  // Committed before the attributes are, so that no filter is asked for.
  repository.commit({ 'model.onnx': pointer });
  const commit = repository.commit({ '.gitattributes': '*.onnx filter=lfs -text\n' });
  for (const head of [commitVersion(commit), workingTree()]) {
    expect(() => make(commitVersion(fine), head)).toThrow(
      expect.objectContaining({ code: 'LFS_FILES_MISSING', message: expect.stringContaining('model.onnx') }),
    );
  }
  expect(worktreesNoted()).toBe(1);
});

test('a sparse checkout is refused as a working tree, and of its commits all files are taken', () => {
  const commit = repository.commit({ 'a/x': '1', 'b/x': '1' });
  repository.git('sparse-checkout', 'set', 'a');
  expect(() => make(commitVersion(commit), workingTree())).toThrow(
    expect.objectContaining({ code: 'SPARSE_CHECKOUT' }),
  );
  expect(worktreesNoted()).toBe(1);
  const worktrees = make(commitVersion(commit), commitVersion(commit));
  for (const { folder } of [worktrees.base, worktrees.head]) {
    expect(readFileSync(join(folder, 'b', 'x'), 'utf8')).toBe('1');
  }
  // The user's own stays sparse.
  expect(existsSync(repository.path('b', 'x'))).toBe(false);
});

test('variables that a hook of git sets do not lead to another index', () => {
  const commit = repository.commit({ a: '1' });
  const variables = { GIT_DIR: '/nowhere/.git', GIT_INDEX_FILE: repository.path('.git/index') };
  const before = checkout();
  const versions = [commitVersion(commit), workingTree()] as const;
  Object.assign(process.env, variables);
  try {
    const { head } = make(...versions);
    expect(readFileSync(join(head.folder, 'a'), 'utf8')).toBe('1');
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
  expect(checkout()).toEqual(before);
});

async function held(commit: string): Promise<{ root: string; stop: (signal: NodeJS.Signals) => Promise<void> }> {
  const script = fileURLToPath(new URL('./fixtures/hold-worktrees.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, packageFile('dist'), repository.folder, commit], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    root: line.toString().trim(),
    stop: async (signal) => {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

test('a gate that is interrupted removes its worktrees', async () => {
  const { root, stop } = await held(repository.commit({ a: '1' }));
  expect(worktreesNoted()).toBe(3);
  await stop('SIGINT');
  expect(existsSync(root)).toBe(false);
  expect(worktreesNoted()).toBe(1);
});

test('what a killed gate left behind is removed by the next one, and what a living one has stays', async () => {
  const commit = repository.commit({ a: '1' });
  const killed = await held(commit);
  await killed.stop('SIGKILL');
  expect(existsSync(killed.root)).toBe(true);
  const living = await held(commit);
  expect(existsSync(killed.root)).toBe(false);
  expect(worktreesNoted()).toBe(3);
  expect(removeLeftovers(repository.folder)).not.toContain(living.root);
  expect(existsSync(join(living.root, 'head', 'a'))).toBe(true);
  await living.stop('SIGINT');
});

test('notes of worktrees whose folder is gone are removed, and those of the user stay', async () => {
  const commit = repository.commit({ a: '1' });
  const mine = repository.path('..', `${repository.folder}-mine`);
  repository.git('worktree', 'add', '--quiet', '--detach', mine, commit);
  rmSync(mine, { recursive: true });
  const killed = await held(commit);
  await killed.stop('SIGKILL');
  rmSync(killed.root, { recursive: true });
  expect(worktreesNoted()).toBe(4);
  removeLeftovers(repository.folder);
  expect(worktreesNoted()).toBe(2);
});
