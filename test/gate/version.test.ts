import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveVersion } from '../../src/gate/version.ts';
import { ScratchRepository } from './scratch-repository.ts';

let repository: ScratchRepository;
beforeEach(() => {
  repository = new ScratchRepository();
});
afterEach(() => repository.remove());

function resolved(name: string, option: '--base' | '--head' = '--base') {
  return resolveVersion(name, { option, folder: repository.folder, results: repository.path('results') });
}

function storeRun(id: string): string {
  const folder = repository.path('results', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.json'), '{}');
  return folder;
}

test('a branch, a tag, a beginning of an id and an expression are the commits they stand for', () => {
  const first = repository.commit({ a: '1' });
  repository.git('tag', '--annotate', '--message', 'first', 'v1');
  const second = repository.commit({ a: '2' });
  expect(resolved('main')).toEqual({ kind: 'commit', name: 'main', commit: second, repository: repository.folder });
  expect(resolved('v1')).toMatchObject({ commit: first });
  expect(resolved(first.slice(0, 10))).toMatchObject({ commit: first });
  expect(resolved('HEAD~1')).toMatchObject({ commit: first });
});

test('the working tree is named with the commit that is checked out', () => {
  const commit = repository.commit({ a: '1' });
  expect(resolved('working tree', '--head')).toMatchObject({ kind: 'working-tree', commit });
});

test('a ref that does not exist names the option, what was looked for and the nearest ref', () => {
  repository.commit({ a: '1' });
  repository.git('branch', 'feature');
  const attempt = () => resolved('featrue');
  expect(attempt).toThrow(/^--base featrue: expected a run in .*results, the path of a run, or a git ref, got none/);
  expect(attempt).toThrow('Did you mean "feature"?');
  expect(attempt).toThrow(expect.objectContaining({ code: 'VERSION_UNKNOWN', exitCode: 3 }));
});

test('in a shallow clone a ref that is not there comes with the command that fetches it', () => {
  repository.commit({ a: '1' });
  repository.commit({ a: '2' });
  repository.git('clone', '--quiet', '--depth', '1', `file://${repository.folder}`, repository.path('clone'));
  const options = { option: '--base', folder: repository.path('clone'), results: 'none' } as const;
  expect(() => resolveVersion('HEAD~1', options)).toThrow('git fetch --unshallow');
  expect(() => resolveVersion('HEAD~1', options)).toThrow('fetch-depth: 0');
});

test('a run is found by its id, by its path and by a beginning of its id', () => {
  repository.commit({ a: '1' });
  const folder = storeRun('20260101T000000Z-default-0001');
  expect(resolved('20260101T000000Z-default-0001')).toEqual({
    kind: 'run',
    name: '20260101T000000Z-default-0001',
    folder,
  });
  expect(resolved(folder)).toMatchObject({ kind: 'run', folder });
  expect(resolved('20260101')).toMatchObject({ kind: 'run', folder });
});

test('a name that is both a run and a ref is refused, and each can be had by a longer name', () => {
  const commit = repository.commit({ a: '1' });
  const folder = storeRun('nightly');
  repository.git('branch', 'nightly');
  expect(() => resolved('nightly')).toThrow(expect.objectContaining({ code: 'VERSION_AMBIGUOUS', exitCode: 3 }));
  expect(() => resolved('nightly')).toThrow('refs/heads/nightly');
  expect(resolved('refs/heads/nightly')).toMatchObject({ kind: 'commit', commit });
  expect(resolved(folder)).toMatchObject({ kind: 'run' });
});

test('a ref that runs begin with is the ref', () => {
  const commit = repository.commit({ a: '1' });
  storeRun('main-1');
  storeRun('main-2');
  expect(resolved('main')).toMatchObject({ kind: 'commit', commit });
});

test('a name that is a tag and a branch of different commits is refused', () => {
  repository.commit({ a: '1' });
  repository.git('tag', 'both');
  repository.commit({ a: '2' });
  repository.git('branch', 'both');
  expect(() => resolved('both')).toThrow(expect.objectContaining({ code: 'VERSION_AMBIGUOUS' }));
});

test('a name that begins with a dash is no option of git', () => {
  repository.commit({ a: '1' });
  expect(() => resolved('--all')).toThrow(expect.objectContaining({ code: 'VERSION_UNKNOWN' }));
});

test('a working tree outside of a repository, and one without a commit, say so', () => {
  expect(() => resolved('working tree')).toThrow('has no commit yet');
  const options = { option: '--head', folder: '/', results: 'none' } as const;
  expect(() => resolveVersion('working tree', options)).toThrow(expect.objectContaining({ code: 'NOT_A_REPOSITORY' }));
});
