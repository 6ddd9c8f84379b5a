// @ts-check
// The way of a comment to its pull request, for both workflows: that which measures, and that which may write.

import { commentBody, markerOf } from './comment-body.mjs';
import { GitHubApi } from './github-api.mjs';
import { stateOf } from './pull-request.mjs';
import { keepComment } from './sticky-comment.mjs';
import { annotate } from './workflow-commands.mjs';

/** Verdicts with which nothing needs to be said where `comment: problems` is asked for. */
const quietVerdicts = ['pass', 'improved'];

/**
 * @typedef {object} Posting
 * @property {string} token
 * @property {string} repository
 * @property {import('./pull-request.mjs').Measured} measured
 * @property {string} comment of `dyno gate`
 * @property {string | null} verdict null: unknown
 * @property {'true' | 'problems'} mode `problems`: none is begun for what passes, and one that is there is brought up to date
 * @property {string} runUrl page of the run that measured
 * @property {string} artifact name of the artifact that keeps the report
 */

/**
 * Posts the comment or brings it up to date, and says in the log what was done. Throws `ApiError` where GitHub did not do what was asked for.
 * @param {Posting} posting
 */
export async function postComment({ token, repository, measured, comment, verdict, mode, runUrl, artifact }) {
  const api = new GitHubApi({ url: process.env.GITHUB_API_URL ?? 'https://api.github.com', token });
  const body = commentBody(comment, { runUrl, artifact });
  const begin = mode === 'true' || verdict === null || !quietVerdicts.includes(verdict);
  const { number } = measured;
  if ((await stateOf(api, repository, measured)) === 'moved on') {
    annotate(
      'notice',
      'Dyno gate',
      `Pull request ${number} has newer commits: no comment on those that were measured.`,
    );
    return;
  }
  const done = await keepComment(api, { repository, number, marker: markerOf(comment, artifact), body, begin });
  process.stdout.write(`Comment on pull request ${number}: ${done}.\n`);
}
