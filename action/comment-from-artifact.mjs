// @ts-check
// Step of action/comment/action.yml: comments on pull requests, from forks too, what another workflow measured. What that left in its
// artifact is of whoever made the pull request: no line of it is run, and nothing is believed of it that GitHub does not say as well.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { longestComment } from './comment-body.mjs';
import { ActionError, choice } from './inputs.mjs';
import { postComment } from './post.mjs';
import { pullRequestFile, pullRequestOfArtifact } from './pull-request.mjs';
import { readEvent, runStep, variable } from './step.mjs';
import { annotate } from './workflow-commands.mjs';

/** More suites than any pull request has. */
const mostArtifacts = 20;

await runStep(async () => {
  const run = readEvent().workflow_run;
  if (run === undefined) throw new ActionError('Expected a workflow with "on: workflow_run", got another event.');
  if (run.event !== 'pull_request') {
    process.stdout.write(`The run was started by "${run.event}", not by a pull request: nothing to comment on.\n`);
    return;
  }
  const mode = choice('comment', ['true', 'problems']);
  const folders = artifactsIn(variable('DYNO_FOLDER'));
  if (folders.length === 0) {
    annotate(
      'notice',
      'Dyno gate',
      'The run left no comment: the gate did not get so far, or its artifact has another name.',
    );
  }
  if (folders.length > mostArtifacts) {
    throw new ActionError(`Expected ${mostArtifacts} artifacts at most, got ${folders.length}: none is posted.`);
  }
  for (const folder of folders) {
    await postComment({
      token: variable('DYNO_TOKEN'),
      repository: variable('GITHUB_REPOSITORY'),
      measured: pullRequestOfArtifact(readShort(folder, pullRequestFile, 10_000), run),
      // A character takes four bytes at most.
      comment: readShort(folder, 'comment.md', 4 * longestComment),
      verdict: verdictIn(folder),
      mode,
      runUrl: run.html_url,
      denied: 'This workflow needs "permissions: { actions: read, pull-requests: write }".',
    });
  }
});

/**
 * The folders that hold a comment: `folder` itself, or those in it, as actions/download-artifact lays out one or several.
 * @param {string} folder
 */
function artifactsIn(folder) {
  if (!existsSync(folder)) return [];
  const inner = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [join(folder, entry.name)] : [],
  );
  return [folder, ...inner.sort()].filter((one) => existsSync(join(one, 'comment.md')));
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {number} mostBytes
 */
function readShort(folder, name, mostBytes) {
  const path = join(folder, name);
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile()) {
    throw new ActionError(
      `${name}: expected a file in the artifact, got ${status === undefined ? 'none' : 'something else'}.`,
    );
  }
  if (status.size > mostBytes) {
    throw new ActionError(`${name}: expected ${mostBytes} bytes at most, got ${status.size}. It is not posted.`);
  }
  return readFileSync(path, 'utf8');
}

/**
 * Only says whether a first comment is worth its noise.
 * @param {string} folder
 * @returns {string | null}
 */
function verdictIn(folder) {
  try {
    const { verdict } = JSON.parse(readShort(folder, 'gate.json', 50_000_000));
    return typeof verdict === 'string' ? verdict : null;
  } catch {
    return null;
  }
}
