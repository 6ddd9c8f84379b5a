import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commentMarker } from '../../src/gate/comment.ts';
import { yamlBlocks } from './documented-workflows.ts';
import type { PullRequest } from './fake-github.ts';
import type { Played } from './play-runner.ts';
import { PullRequestWorld } from './pull-request-world.ts';

const [gate = '', comment = '', twoSuites = ''] = yamlBlocks('docs/gate-github.md');
const marker = commentMarker('small models');
const runId = 70;

let world: PullRequestWorld;
beforeEach(async () => {
  world = new PullRequestWorld();
  await world.start();
});
afterEach(() => world.stop());

const bodies = () => world.github.comments.map(({ body }) => body);
const messages = ({ annotations }: Played) => annotations.map(({ level, message }) => `${level} ${message}`).join('\n');

/** A command line that prints this and answers with this. */
function standIn({ prints = '', verdict, exitCode }: { prints?: string; verdict: string; exitCode: number }): string {
  const json = { verdict, exitCode, rows: [] };
  return `
    import { mkdirSync, writeFileSync } from 'node:fs';
    if (process.argv[2] === '--version') process.exit(0);
    const option = (name) => process.argv.find((word) => word.startsWith(name + '=')).slice(name.length + 1);
    const folder = option('--out') + '/gates/' + option('--run-id');
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + '/gate.json', ${JSON.stringify(JSON.stringify(json))});
    writeFileSync(folder + '/comment.md', ${JSON.stringify(`${marker}\n### ${verdict}\n`)});
    process.stdout.write(${JSON.stringify(prints)});
    process.stdout.write('outputs: ' + process.env.GITHUB_OUTPUT + ' token: ' + process.env.DYNO_TOKEN + '\\n');
    process.exitCode = ${exitCode};`;
}

test('noise warns and fails nothing, unless that is asked for', async () => {
  world.dynoIs(standIn({ verdict: 'inconclusive', exitCode: 2 }));
  const pull = world.push(1, {});
  const lenient = await world.measure(gate, pull);
  expect(lenient.conclusion, lenient.log).toBe('success');
  expect(messages(lenient)).toContain('warning Dyno gate: Verdict: inconclusive (does not fail the check)');
  const strict = await world.measure(`${gate}        with:\n          fail-on-inconclusive: 'true'\n`, pull);
  expect(strict.conclusion).toBe('failure');
});

test('a gate without an answer never passes', async () => {
  world.dynoIs('process.exitCode = 0;');
  const played = await world.measure(gate, world.push(1, {}));
  expect(played.conclusion).toBe('failure');
  expect(messages(played)).toContain('error Dyno gate: dyno gate ended with exit code 0 and no verdict');
});

test('what a benchmark prints is no command, and it has no way to the outputs or the token', async () => {
  const prints = '::error title=x::made up\n::stop-commands::mine\n::mine::\n::error::again\n';
  world.dynoIs(standIn({ prints, verdict: 'pass', exitCode: 0 }));
  const played = await world.measure(gate, world.push(1, {}));
  expect(played.conclusion, played.log).toBe('success');
  expect(messages(played)).not.toMatch(/made up|again/);
  expect(messages(played)).toContain('notice Dyno gate: Verdict: pass');
  expect(played.log).toContain('outputs: undefined token: undefined');
});

test('trouble at GitHub is a warning of the check that measured', async () => {
  world.dynoIs(standIn({ verdict: 'pass', exitCode: 0 }));
  world.github.answers.push({ to: 'POST', answer: { status: 422, message: 'no' } });
  const played = await world.measure(gate, world.push(1, {}));
  expect(played.conclusion, played.log).toBe('success');
  expect(messages(played)).toContain('warning Dyno gate: No comment was posted (POST');
});

test('a check that is run again keeps the new report in the place of the old one', async () => {
  const pull = world.push(1, {});
  world.dynoIs(standIn({ verdict: 'regressed', exitCode: 1 }));
  const { runId: first, conclusion } = await world.measure(gate, pull);
  expect(conclusion).toBe('failure');
  world.dynoIs(standIn({ verdict: 'pass', exitCode: 0 }));
  const second = await world.measure(gate, pull, { again: first });
  expect(second.conclusion, second.log).toBe('success');
  expect(readFileSync(join(world.artifacts, String(first), 'dyno-gate', 'gate.json'), 'utf8')).toContain('"pass"');
  expect(bodies()[0]).toContain('### pass');
});

test('no room for the report is told, and neither fails the check nor holds up the comment', async () => {
  world.dynoIs(standIn({ verdict: 'pass', exitCode: 0 }));
  world.github.isFull = true;
  const played = await world.measure(gate, world.push(1, {}));
  expect(played.conclusion, played.log).toBe('success');
  expect(messages(played)).toContain('error Artifact storage quota has been hit');
  expect(bodies()).toHaveLength(1);
});

test('two jobs have a comment each, of both workflows, though it is one suite on two machines', async () => {
  world.dynoIs(standIn({ verdict: 'pass', exitCode: 0 }));
  const pull = world.push(1, {});
  const measured = await world.measure(twoSuites, pull);
  expect(measured.conclusion, measured.log).toBe('success');
  const names = () => bodies().map((body) => /<\/?sub>\[.*\]\(.*\)(.*)<\/sub>/.exec(body)?.[1]);
  expect(names().sort()).toEqual([', dyno-gate-text', ', dyno-gate-vision']);
  expect(new Set(bodies().map((body) => body.split('\n')[0])).size).toBe(2);
  const before = bodies();
  const posted = await world.comment(comment, { runId: measured.runId, pull });
  expect(posted.log.match(/Comment on pull request 1: unchanged/g)).toHaveLength(2);
  expect(bodies()).toEqual(before);
});

test('an artifact that is wrong fails the second workflow, and does not hold up the other one', async () => {
  const pull = world.push(2, {}, 'mallory/models');
  world.leave(runId, { 'comment.md': 'none', 'pull-request.json': '{"number":2}' }, 'dyno-gate-a');
  world.leave(runId, { 'comment.md': `${marker}\nx`, 'pull-request.json': '{"number":2}' }, 'dyno-gate-b');
  const played = await world.comment(comment, { runId, pull });
  expect(played.conclusion).toBe('failure');
  expect(messages(played)).toContain('error Dyno gate: dyno-gate-a: no comment was posted. comment.md: expected');
  expect(bodies()).toHaveLength(1);
});

test('a proxy in the place of GitHub, and a secret that a fork does not get, are no failures of the check', async () => {
  world.dynoIs(standIn({ verdict: 'pass', exitCode: 0 }));
  const pull = world.push(1, {});
  world.github.answers.push({ to: 'GET /repos/owner/models/pulls', answer: { status: 200, text: '<html>Log in' } });
  const proxied = await world.measure(gate, pull);
  expect(proxied.conclusion, proxied.log).toBe('success');
  expect(messages(proxied)).toContain('warning Dyno gate: No comment was posted (expected JSON of GitHub, got "<html>');
  const without = await world.measure(`${gate}        with:\n          token: ''\n`, pull);
  expect(without.conclusion, without.log).toBe('success');
  expect(messages(without)).toContain('notice Dyno gate: No comment was posted: input token is empty.');
  expect(bodies()).toEqual([]);
});

test('a comment for problems alone is not begun by a pass, and tells when one is over', async () => {
  const pull = world.push(1, {});
  const problems = `${gate}        with:\n          comment: problems\n`;
  world.dynoIs(standIn({ verdict: 'pass', exitCode: 0 }));
  await world.measure(problems, pull);
  expect(bodies()).toEqual([]);
  world.dynoIs(standIn({ verdict: 'regressed', exitCode: 1 }));
  await world.measure(problems, pull);
  world.dynoIs(standIn({ verdict: 'pass', exitCode: 0 }));
  await world.measure(problems, pull);
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toContain('### pass');
});

test('a run that was overtaken by a newer push leaves the comment to that one', async () => {
  const pull = world.push(1, {});
  const old: PullRequest = { ...pull, head: { ...pull.head } };
  world.push(1, { answer: 'dog' });
  world.leave(runId, { 'comment.md': `${marker}\nold`, 'pull-request.json': '{"number":1}' });
  const played = await world.comment(comment, { runId, pull: old });
  expect(played.conclusion).toBe('success');
  expect(messages(played)).toContain('Pull request 1 has newer commits');
  expect(bodies()).toEqual([]);
});

test('an artifact that names the pull request of someone else is refused', async () => {
  world.push(1, {});
  const pull = world.push(2, {}, 'mallory/models');
  world.leave(runId, { 'comment.md': `${marker}\nApproved!`, 'pull-request.json': '{"number":1}' });
  const played = await world.comment(comment, { runId, pull });
  expect(played.conclusion).toBe('failure');
  expect(messages(played)).toContain(
    'Pull request 1 is of a branch in owner/models, and what was measured is from mallory/models',
  );
  expect(bodies()).toEqual([]);
});

test('a number that is none, a missing one, and one of a pull request that is not there are refused', async () => {
  const pull = world.push(2, {}, 'mallory/models');
  for (const text of ['{"number":"1/../3"}', '{"number":-1}', 'null', '<x>']) {
    world.leave(runId, { 'comment.md': `${marker}\nx`, 'pull-request.json': text });
    const played = await world.comment(comment, { runId, pull });
    expect(played.conclusion).toBe('failure');
    expect(messages(played)).toContain('pull-request.json: expected');
  }
  world.leave(runId, { 'comment.md': `${marker}\nx`, 'pull-request.json': '{"number":99}' });
  expect(messages(await world.comment(comment, { runId, pull }))).toContain('404 Not Found');
  expect(bodies()).toEqual([]);
});

test('a comment of 10 MB, and one with another marker, are refused', async () => {
  const pull = world.push(2, {}, 'mallory/models');
  for (const text of [
    `${marker}\n${'x'.repeat(10_000_000)}`,
    `${marker}\n${'x'.repeat(100_000)}`,
    '<!-- coverage -->\nx',
  ]) {
    world.leave(runId, { 'comment.md': text, 'pull-request.json': '{"number":2}' });
    const played = await world.comment(comment, { runId, pull });
    expect(played.conclusion).toBe('failure');
    expect(messages(played)).toMatch(/comment\.md: expected .* not posted\./s);
  }
  expect(bodies()).toEqual([]);
});

test('mentions, links and HTML in an artifact are posted as text', async () => {
  const pull = world.push(2, {}, 'mallory/models');
  const text = `${marker}\n@everyone closes #1 [x](https://evil.example) <img src=x>`;
  world.leave(runId, { 'comment.md': text, 'pull-request.json': '{"number":2}' });
  expect((await world.comment(comment, { runId, pull })).conclusion).toBe('success');
  expect(bodies()[0]).toContain(
    '&#64;&#8203;everyone closes &#35;&#8203;1 [x&#93;(https:&#8203;//evil.example) &#60;img src=x&#62;',
  );
});

test('a comment of someone else with our marker stays as it is', async () => {
  const pull = world.push(2, {}, 'mallory/models');
  world.github.comment(`${marker}\nmine`, { login: 'mallory', type: 'User' });
  world.leave(runId, { 'comment.md': `${marker}\nx`, 'pull-request.json': '{"number":2}' });
  await world.comment(comment, { runId, pull });
  expect(bodies()[0]).toBe(`${marker}\nmine`);
  expect(bodies()).toHaveLength(2);
});

test('a run that left nothing is no failure, and a workflow without permission says which it needs', async () => {
  const pull = world.push(2, {}, 'mallory/models');
  const empty = await world.comment(comment, { runId: 71, pull });
  expect(empty.conclusion, empty.log).toBe('success');
  expect(messages(empty)).toContain('The run left no comment');
  world.leave(runId, { 'comment.md': `${marker}\nx`, 'pull-request.json': '{"number":2}' });
  const denied = await world.comment(comment.replace('pull-requests: write', 'pull-requests: read'), { runId, pull });
  expect(denied.conclusion).toBe('failure');
  expect(messages(denied)).toContain('permissions: { actions: read, pull-requests: write }');
});
