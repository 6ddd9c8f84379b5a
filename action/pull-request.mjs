// @ts-check
// Which pull request a comment is for, and whether it still is what was measured.
import { ActionError } from './inputs.mjs';

/** Name of the file in the artifact by which the second workflow learns of which pull request it is. */
export const pullRequestFile = 'pull-request.json';

/**
 * @typedef {object} Measured
 * @property {number} number of the pull request
 * @property {string} sha of its last commit when it was measured
 * @property {string} headRepository `owner/name` of where its branch is
 */

/**
 * Of the event of the workflow itself; null where that is not of a pull request.
 * @param {any} event
 * @returns {Measured | null}
 */
export function pullRequestOf(event) {
  const one = event.pull_request;
  return one ? { number: one.number, sha: one.head.sha, headRepository: one.head.repo?.full_name ?? '' } : null;
}

/**
 * From the artifact of another workflow: its number is what anyone may have written, the rest is what GitHub says of that workflow's run.
 * @param {string} text of pull-request.json
 * @param {any} run `workflow_run` of the event
 * @returns {Measured}
 */
export function pullRequestOfArtifact(text, run) {
  let number;
  try {
    number = JSON.parse(text)?.number;
  } catch {
    // Told below with what stands there.
  }
  if (!Number.isSafeInteger(number) || number <= 0) {
    throw new ActionError(
      `${pullRequestFile}: expected {"number": …} of a pull request, got ${JSON.stringify(text.slice(0, 60))}.`,
    );
  }
  return { number, sha: run.head_sha, headRepository: run.head_repository?.full_name ?? '' };
}

/**
 * `same`: the pull request is of that branch, and its last commit is the one that was measured. `moved on`: it has a newer one, whose own run
 * will comment. Throws where the pull request is of another branch: then the number is a lie.
 * @param {import('./github-api.mjs').GitHubApi} api
 * @param {string} repository
 * @param {Measured} measured
 * @returns {Promise<'same' | 'moved on'>}
 */
export async function stateOf(api, repository, measured) {
  const { head } = await api.get(`/repos/${repository}/pulls/${measured.number}`);
  const branch = head.repo?.full_name ?? '';
  if (branch !== measured.headRepository) {
    throw new ActionError(
      `Pull request ${measured.number} is of a branch in ${branch || 'a deleted repository'}, and what was measured is from ${measured.headRepository || 'a deleted repository'}: no comment is posted.`,
    );
  }
  return head.sha === measured.sha ? 'same' : 'moved on';
}
