// @ts-check
// What a run of the workflow compares, where the inputs do not say it.
import { execFileSync } from 'node:child_process';
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
  if (tryGit(folder, ['cat-file', '-e', `${arms.base}^{commit}`]) !== null) return arms;
  throw new ActionError(
    `The checkout does not have ${arms.base.slice(0, 12)}, the base: actions/checkout fetches one commit only. Add "with: { fetch-depth: 0 }" to it.`,
  );
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
  const text = tryGit(folder, ['cat-file', 'commit', ref === 'working tree' ? 'HEAD' : ref]);
  if (text === null) {
    throw new ActionError(
      `Input head: expected a commit of the repository in ${folder}, got ${JSON.stringify(ref)}. Is actions/checkout a step before this one?`,
    );
  }
  const header = text.slice(0, text.indexOf('\n\n'));
  return { parents: [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent) };
}

/**
 * @param {string} folder
 * @param {readonly string[]} words
 */
function tryGit(folder, words) {
  try {
    return execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
