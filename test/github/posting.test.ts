import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitHubApi } from '../../action/github-api.mjs';
import { keepComment } from '../../action/sticky-comment.mjs';
import { FakeGitHub } from './fake-github.ts';

const marker = '<!-- dyno-gate 0123456789abcdef -->';
const other = '<!-- dyno-gate fedcba9876543210 -->';
const bot = { login: 'github-actions[bot]', type: 'Bot' } as const;
const person = { login: 'mallory', type: 'User' } as const;

let github: FakeGitHub;
beforeEach(async () => {
  github = new FakeGitHub();
  await github.start();
  const repo = { full_name: 'owner/models' };
  github.pullRequests.set(5, {
    number: 5,
    head: { sha: 'a', ref: 'faster', repo },
    base: { sha: 'b', ref: 'main', repo },
  });
});
afterEach(() => github.stop());

function keep(text: string, { begin = true, token = github.token({ 'pull-requests': 'write' }) } = {}) {
  const api = new GitHubApi({ url: github.url, token });
  return keepComment(api, { repository: 'owner/models', number: 5, marker, body: `${marker}\n${text}`, begin });
}

const bodies = () => github.comments.map(({ body }) => body.split('\n')[1]);

test('the first run posts, the next one updates, and one that says the same leaves it', async () => {
  expect(await keep('one')).toBe('posted');
  expect(await keep('two')).toBe('updated');
  expect(await keep('two')).toBe('unchanged');
  expect(bodies()).toEqual(['two']);
});

test('the comment of another suite stays as it is', async () => {
  github.comment(`${other}\nother`, bot);
  expect(await keep('one')).toBe('posted');
  expect(bodies()).toEqual(['other', 'one']);
});

test('a comment of a person with our marker is not touched', async () => {
  github.comment(`${marker}\nmine`, person);
  expect(await keep('one')).toBe('posted');
  expect(bodies()).toEqual(['mine', 'one']);
});

test('with the token of a person, the comment of that person is the one', async () => {
  github.comment(`${marker}\nof the bot`, bot);
  const token = github.personalToken('mallory', { 'pull-requests': 'write' });
  expect(await keep('one', { token })).toBe('posted');
  expect(await keep('two', { token })).toBe('updated');
  expect(bodies()).toEqual(['of the bot', 'two']);
});

test('a comment on the third page is found', async () => {
  github.pageSize = 2;
  for (let i = 0; i < 4; i += 1) github.comment(`talk\n${i}`, person);
  github.comment(`${marker}\nold`, bot);
  expect(await keep('new')).toBe('updated');
  expect(bodies()).toEqual(['0', '1', '2', '3', 'new']);
});

test('of two that runs at once have posted one is left', async () => {
  github.comment(`${marker}\none`, bot);
  github.comment(`${marker}\ntwo`, bot);
  expect(await keep('three')).toBe('updated');
  expect(bodies()).toEqual(['three']);
});

test('where none is to be begun, one that is there is still brought up to date', async () => {
  expect(await keep('passes', { begin: false })).toBe('not wanted');
  expect(github.comments).toEqual([]);
  github.comment(`${marker}\nregressed`, bot);
  expect(await keep('passes', { begin: false })).toBe('updated');
  expect(bodies()).toEqual(['passes']);
});

test('a fault of GitHub is waited for', async () => {
  github.answers.push({ to: 'GET /repos/owner/models/issues/5/comments', answer: { status: 500 } });
  expect(await keep('one')).toBe('posted');
  expect(github.requests.filter((request) => request.startsWith('GET'))).toHaveLength(2);
});

test('a comment whose answer got lost is not posted twice', async () => {
  github.answers.push({ to: 'POST', answer: { status: 502, done: true } });
  expect(await keep('one')).toBe('unchanged');
  expect(bodies()).toEqual(['one']);
});

test('a limit of requests is waited for as long as GitHub says', async () => {
  const message = 'You have exceeded a secondary rate limit.';
  github.answers.push({ to: 'POST', answer: { status: 403, message, headers: { 'retry-after': '0' } } });
  expect(await keep('one')).toBe('posted');
  // An hour is too long for a step.
  github.answers.push({ to: 'PATCH', answer: { status: 429, headers: { 'retry-after': '3600' } } });
  await expect(keep('two')).rejects.toMatchObject({ status: 429 });
});

test('a token that may only read is told apart from a fault', async () => {
  const token = github.token({ 'pull-requests': 'read' });
  await expect(keep('one', { token })).rejects.toMatchObject({ status: 403, isDenied: true, isFault: false });
  await expect(keep('one', { token: 'wrong' })).rejects.toMatchObject({ status: 401, isDenied: false, isFault: false });
});

test('a next page elsewhere is not asked for, since it would get the token', async () => {
  const link = '<http://127.0.0.1:1/stolen>; rel="next"';
  const api = new GitHubApi({ url: github.url, token: github.token({}) });
  github.answers.push({ to: 'GET /list', answer: { status: 200, message: '', headers: { link } } });
  await expect(api.list('/list')).rejects.toThrow();
  expect(github.requests).toEqual(['GET /list?per_page=100']);
});
