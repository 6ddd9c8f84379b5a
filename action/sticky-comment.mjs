// @ts-check
// One comment for each suite on a pull request, however often it is measured: found again by its marker, and brought up to date.
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './github-api.mjs';

/** Seconds before it is looked whether a comment that GitHub failed to confirm is there all the same. */
const pauses = [1, 2, 4];

/**
 * @typedef {object} Sticky
 * @property {string} repository `owner/name`
 * @property {number} number of the pull request
 * @property {string} marker its first line
 * @property {string} body
 * @property {boolean} begin whether one is posted where there is none yet
 */

/**
 * Posts the comment, or makes the one that is there say what is true now. Others that two runs at once may have left are deleted: they would
 * go on saying what was.
 * @param {import('./github-api.mjs').GitHubApi} api
 * @param {Sticky} sticky
 * @returns {Promise<'posted' | 'updated' | 'unchanged' | 'not wanted'>}
 */
export async function keepComment(api, sticky) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await keepOnce(api, sticky);
    } catch (error) {
      const pause = pauses[attempt];
      if (!(error instanceof ApiError) || !error.isFault || pause === undefined) throw error;
      await wait(pause * 1000);
    }
  }
}

/**
 * @param {import('./github-api.mjs').GitHubApi} api
 * @param {Sticky} sticky
 */
async function keepOnce(api, { repository, number, marker, body, begin }) {
  const [first, ...others] = await ownComments(api, { repository, number, marker });
  for (const { id } of others) await api.delete(`/repos/${repository}/issues/comments/${id}`);
  if (first === undefined) {
    if (!begin) return 'not wanted';
    await api.post(`/repos/${repository}/issues/${number}/comments`, { body });
    return 'posted';
  }
  if (sameText(first.body, body)) return 'unchanged';
  await api.patch(`/repos/${repository}/issues/comments/${first.id}`, { body });
  return 'updated';
}

/**
 * Anyone can write our marker, and the token may change anyone's comments: only those count that the token itself has written.
 * @param {import('./github-api.mjs').GitHubApi} api
 * @param {Pick<Sticky, 'repository' | 'number' | 'marker'>} sticky
 * @returns {Promise<{id: number, body: string}[]>}
 */
async function ownComments(api, { repository, number, marker }) {
  const comments = await api.list(`/repos/${repository}/issues/${number}/comments`);
  const marked = comments.filter(({ body }) => typeof body === 'string' && body.trimStart().startsWith(marker));
  if (marked.length === 0) return [];
  const login = await loginOf(api);
  return marked.filter(({ user }) => (login === null ? user?.type === 'Bot' : user?.login === login));
}

/**
 * Whose token it is; null for that of an app, such as the one that a workflow gets, which may not ask.
 * @param {import('./github-api.mjs').GitHubApi} api
 * @returns {Promise<string | null>}
 */
async function loginOf(api) {
  try {
    const { login } = await api.get('/user');
    return login;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}

/**
 * @param {string} a
 * @param {string} b
 */
function sameText(a, b) {
  return a.replaceAll('\r\n', '\n').trim() === b.trim();
}
