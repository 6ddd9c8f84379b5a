// @ts-check
// What a run of the workflow compares, where the inputs do not say it.
import { spawnSync } from 'node:child_process';
import { ActionError } from './inputs.mjs';

/**
 * @typedef {object} Arms
 * @property {string} base a git ref
 * @property {string} head a git ref
 * @property {boolean} mergeBase measure against where head branched off base
 */

/**
 * The versions to compare. Of a pull request GitHub checks out the merge with its base: the first parent of that is what the branch is like
 * without the pull request, so that the pull request alone is between them, however old its branch is.
 * @param {{base: string | null, head: string | null, eventName: string, event: any, folder: string}} request
 * @returns {Arms}
 */
export function armsOf({ base, head: asked, eventName, event, folder }) {
  if (eventName === 'pull_request_target') {
    throw new ActionError(
      'The gate runs code of the pull request, which must not meet the token of pull_request_target: use "on: pull_request", and the second workflow of docs/gate-github.md for the comment.',
    );
  }
  const head = asked ?? 'HEAD';
  if (base !== null) return { base, head, mergeBase: false };
  const commit = readCommit(head, folder);
  switch (eventName) {
    case 'pull_request':
      return present(ofPullRequest(event.pull_request, head, commit), folder);
    case 'merge_group':
      return present({ base: event.merge_group.base_sha, head, mergeBase: false }, folder);
    case 'push': {
      // Of a branch that is new there is none before.
      const before = /^0+$/.test(event.before ?? '0') ? commit.parents[0] : event.before;
      if (before === undefined)
        throw new ActionError(`${head} is the first commit: there is nothing to compare it with.`);
      if (event.forced === true && !has(folder, before)) {
        throw new ActionError(
          `The commit that was here before this forced push, ${before.slice(0, 12)}, is in no branch any more: there is nothing to compare with. The next push has a base again; for this one name it, such as "base: HEAD^".`,
        );
      }
      return present({ base: before, head, mergeBase: false }, folder);
    }
    default:
      throw new ActionError(
        `Input base: expected a git ref, got none, and an event "${eventName}" has none of its own. Set it, such as "base: origin/main".`,
      );
  }
}

/**
 * @param {any} pullRequest
 * @param {string} head
 * @param {Commit} commit
 * @returns {Arms}
 */
function ofPullRequest(pullRequest, head, commit) {
  const [first, second] = commit.parents;
  if (first !== undefined && second === pullRequest.head.sha) return { base: first, head, mergeBase: false };
  // The workflow checked out the branch itself: what its base got since it branched off is not its doing.
  return { base: pullRequest.base.sha, head, mergeBase: true };
}

/**
 * @param {Arms} arms
 * @param {string} folder
 */
function present(arms, folder) {
  if (has(folder, arms.base)) return arms;
  throw new ActionError(
    `The checkout does not have ${arms.base.slice(0, 12)}, the base: actions/checkout fetches one commit only. Add "with: { fetch-depth: 0 }" to it.`,
  );
}

/**
 * @param {string} folder
 * @param {string} commit
 */
function has(folder, commit) {
  return git(folder, ['cat-file', '-e', `${commit}^{commit}`]).ok;
}

/**
 * @typedef {object} Commit
 * @property {readonly string[]} parents
 */

/**
 * From the commit itself: in a shallow checkout `git log` hides the parents.
 * @param {string} ref
 * @param {string} folder
 * @returns {Commit}
 */
function readCommit(ref, folder) {
  const { ok, text, said } = git(folder, ['cat-file', 'commit', ref === 'working tree' ? 'HEAD' : ref]);
  if (!ok) {
    throw new ActionError(
      `Input head: expected a commit of the repository in ${folder}, got ${JSON.stringify(ref)} (${said}). Is actions/checkout a step before this one?`,
    );
  }
  const header = text.slice(0, text.indexOf('\n\n'));
  return { parents: [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent) };
}

/**
 * @param {string} folder
 * @param {readonly string[]} words
 * @returns {{ok: boolean, text: string, said: string}} `said`: the first line of what git complains of
 */
function git(folder, words) {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', folder, ...words], { encoding: 'utf8' });
  const said = (error?.message ?? stderr).trim().split('\n', 1)[0] ?? '';
  return { ok: status === 0, text: stdout ?? '', said };
}
