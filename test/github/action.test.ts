import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commentMarker } from '../../src/gate/comment.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { yamlBlocks } from './documented-workflows.ts';
import type { Played } from './play-runner.ts';
import { PullRequestWorld } from './pull-request-world.ts';

/* The workflows as people copy them, on a runner that is played, with the real command line and a GitHub that is played. */
const [gate = '', comment = ''] = yamlBlocks('docs/gate-github.md');
const ownWorkflow = (name: string) => readFileSync(packageFile('.github', 'workflows', name), 'utf8');

let world: PullRequestWorld;
beforeEach(async () => {
  world = new PullRequestWorld();
  await world.start();
});
afterEach(() => world.stop());

const marker = commentMarker('small models');
const bodies = () => world.github.comments.map(({ body }) => body);
const messages = ({ annotations }: Played) => annotations.map(({ level, message }) => `${level} ${message}`).join('\n');

test('a regression fails the check and is commented on, and the comment is brought up to date when it is mended', async () => {
  world.github.answers.push({ to: 'GET /repos/owner/models/issues/5/comments', answer: { status: 500 } });
  const slow = await world.measure(gate, world.push(5, { milliseconds: '24' }));
  expect(slow.conclusion, slow.log).toBe('failure');
  expect(messages(slow)).toMatch(/^error Dyno gate: Verdict: regressed$/m);
  expect(messages(slow)).toMatch(/^error Dyno gate: small latency: regressed, \+\d/m);
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toMatch(new RegExp(`^${marker}\n### Regressed: the one row is worse`));
  // As the gate wrote it.
  const written = readFileSync(join(world.artifacts, String(slow.runId), 'dyno-gate', 'comment.md'), 'utf8').trimEnd();
  const foot = `<sub>[The run that measured this](${world.pageOf(slow.runId)})</sub>`;
  expect(bodies()[0]).toBe(`${written}\n\n${foot}\n`);
  expect(slow.summary).toContain('### Regressed');
  const left = (name: string) => existsSync(join(world.artifacts, String(slow.runId), 'dyno-gate', name));
  const files = ['comment.md', 'gate.html', 'gate.json', 'junit.xml', 'pull-request.json', 'rounds.jsonl'];
  expect(files.filter((name) => !left(name))).toEqual([]);

  const mended = await world.measure(gate, world.push(5, { milliseconds: '20' }));
  expect(mended.conclusion, mended.log).toBe('success');
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toMatch(new RegExp(`^${marker}\n### Pass`));
});

test('of a fork the comment stays in the artifact, and the second workflow posts it', async () => {
  const pull = world.push(6, { milliseconds: '24' }, 'mallory/models');
  const measured = await world.measure(gate, pull);
  expect(measured.conclusion).toBe('failure');
  expect(messages(measured)).toContain('notice Dyno gate: No comment was posted');
  expect(messages(measured)).toContain('Resource not accessible by integration');
  expect(bodies()).toEqual([]);

  const posted = await world.comment(comment, { runId: measured.runId, pull });
  expect(posted.conclusion, posted.log).toBe('success');
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toMatch(new RegExp(`^${marker}\n### Regressed`));
  expect(bodies()[0]).toContain(world.pageOf(measured.runId));
});

test('after a comment of the first workflow the second one changes nothing', async () => {
  const pull = world.push(7, {});
  const measured = await world.measure(gate, pull);
  const before = bodies();
  expect(before).toHaveLength(1);
  const posted = await world.comment(comment, { runId: measured.runId, pull });
  expect(posted.log).toContain('Comment on pull request 7: unchanged.');
  expect(bodies()).toEqual(before);
});

test('other answers fail the check, however fast they are', async () => {
  const played = await world.measure(gate, world.push(8, { milliseconds: '10', answer: 'tiger' }));
  expect(played.conclusion).toBe('failure');
  expect(bodies()[0]).toContain('### Invalid');
  expect(messages(played)).toContain('OUTPUTS_DIFFER');
});

test('a version that cannot be set up fails the check, and the comment says so', async () => {
  world.remote.commit({
    'suites/gate.yaml': readFileSync(world.remote.path('suites/gate.yaml'), 'utf8').replace('answer', 'built'),
  });
  const played = await world.measure(gate, world.push(10, {}));
  expect(played.conclusion).toBe('failure');
  expect(messages(played)).toContain('error Dyno gate: BASE_NOT_SET_UP');
  expect(bodies()[0]).toContain('### Nothing was judged: base could not be set up.');
});

test('the workflows of this repository comment on a fork in the same way', async () => {
  const pull = world.push(11, {}, 'mallory/models');
  const measured = await world.measure(ownWorkflow('bench-gate.yml'), pull);
  expect(measured.conclusion, measured.log).toBe('success');
  expect(bodies()).toEqual([]);
  await world.comment(ownWorkflow('bench-gate-comment.yml'), { runId: measured.runId, pull });
  expect(bodies()[0]).toMatch(new RegExp(`^${marker}\n### Pass`));
});

test('a checkout without the base is told what it lacks', async () => {
  const shallow = gate.replace(/\n +fetch-depth: 0/, '');
  expect(shallow).not.toContain('fetch-depth');
  const played = await world.measure(shallow, world.push(12, {}));
  expect(played.conclusion).toBe('failure');
  expect(messages(played)).toMatch(/error Dyno gate: The checkout does not have .* fetch-depth: 0/);
});

test('an input that is none of its words, and a suite that is not there, fail the check', async () => {
  const pull = world.push(13, {});
  const wrong = await world.measure(`${gate}        with:\n          quick: fast\n`, pull);
  expect(wrong.conclusion).toBe('failure');
  expect(messages(wrong)).toContain('error Dyno gate: Input quick: expected false or true, got "fast".');
  const missing = await world.measure(`${gate}        with:\n          suite: suites/none.yaml\n`, pull);
  expect(missing.conclusion).toBe('failure');
  expect(missing.log).toContain('suites/none.yaml');
});
