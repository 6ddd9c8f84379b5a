import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { armsOf } from '../../action/arms.mjs';
import { ScratchRepository } from '../gate/scratch-repository.ts';

/*
 *   first ── main ── merge (what GitHub checks out)
 *      └──── branch ──┘
 */
const repository = new ScratchRepository();
const shallow = mkdtempSync(join(tmpdir(), 'dyno-shallow-'));
const commits = { first: '', main: '', branch: '', merge: '' };

beforeAll(() => {
  commits.first = repository.commit({ a: '1' });
  repository.git('checkout', '--quiet', '-b', 'faster');
  commits.branch = repository.commit({ b: '1' });
  repository.git('checkout', '--quiet', 'main');
  commits.main = repository.commit({ a: '2' });
  repository.git('merge', '--quiet', '--no-edit', 'faster');
  commits.merge = repository.git('rev-parse', 'HEAD');
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${repository.folder}`, shallow], { stdio: 'ignore' });
});
afterAll(() => {
  repository.remove();
  rmSync(shallow, { recursive: true, force: true });
});

const pullRequest = () => ({ pull_request: { head: { sha: commits.branch }, base: { sha: commits.main } } });
const arms = (eventName: string, event: object, given: { base?: string; head?: string; folder?: string } = {}) =>
  armsOf({ base: null, head: null, folder: repository.folder, eventName, event, ...given });

test('a pull request is compared with the first parent of its merge', () => {
  expect(arms('pull_request', pullRequest())).toEqual({ base: commits.main, head: 'HEAD', mergeBase: false });
});

test('a branch that was checked out itself is compared with where it branched off', () => {
  expect(arms('pull_request', pullRequest(), { head: 'faster' })).toEqual({
    base: commits.main,
    head: 'faster',
    mergeBase: true,
  });
});

test('what the inputs say comes first', () => {
  expect(arms('pull_request', pullRequest(), { base: 'v1', head: 'v2' })).toEqual({
    base: 'v1',
    head: 'v2',
    mergeBase: false,
  });
});

test('a push is compared with what was there before, a new branch with the parent of its last commit', () => {
  expect(arms('push', { before: commits.first }).base).toBe(commits.first);
  expect(arms('push', { before: '0'.repeat(40) }).base).toBe(commits.main);
});

test('a forced push, whose base is gone, says so', () => {
  const gone = 'c0ffee'.repeat(7).slice(0, 40);
  expect(() => arms('push', { before: gone, forced: true })).toThrow(
    /before this forced push, c0ffeec0ffee, .* "base: HEAD\^"/,
  );
  expect(() => arms('push', { before: gone, forced: false })).toThrow('fetch-depth: 0');
  // What was before may still be in another branch.
  expect(arms('push', { before: commits.first, forced: true }).base).toBe(commits.first);
});

test('a merge queue is compared with the base of its group', () => {
  expect(arms('merge_group', { merge_group: { base_sha: commits.first } }).base).toBe(commits.first);
});

test('a checkout of one commit is told what it lacks', () => {
  expect(() => arms('pull_request', pullRequest(), { folder: shallow })).toThrow('fetch-depth: 0');
});

test('an event without a base asks for one', () => {
  expect(() => arms('workflow_dispatch', {})).toThrow('Input base: expected a git ref, got none');
});

test('pull_request_target is refused, even with a base', () => {
  expect(() => arms('pull_request_target', pullRequest(), { base: 'main' })).toThrow('on: pull_request');
});

test('a folder without a repository is told that the checkout is missing', () => {
  expect(() => arms('push', { before: commits.first }, { folder: tmpdir() })).toThrow(
    /\(fatal: not a git repository.*\)\. Is actions\/checkout a step before this one\?/,
  );
});
