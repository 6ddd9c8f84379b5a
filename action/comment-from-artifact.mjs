// @ts-check
// Step of action/comment/action.yml: comments on pull requests, from forks too, what another workflow measured. What that left in its
// artifact is of whoever made the pull request: no line of it is run, and nothing is believed of it that GitHub does not say as well.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { longestComment } from './comment-body.mjs';
import { ApiError } from './github-api.mjs';
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
  for (const { folder, artifact } of folders) {
    // What is wrong with one is not to hold up the others.
    await orFailed(artifact, () =>
      postComment({
        token: variable('DYNO_TOKEN'),
        repository: variable('GITHUB_REPOSITORY'),
        measured: pullRequestOfArtifact(readShort(folder, pullRequestFile, 10_000), run),
        // A character takes four bytes at most.
        comment: readShort(folder, 'comment.md', 4 * longestComment),
        verdict: verdictIn(folder),
        mode,
        runUrl: run.html_url,
        artifact,
      }),
    );
  }
});

/**
 * Does the work; fails the step, and lets it go on, where that cannot be done.
 * @param {string} artifact
 * @param {() => Promise<void>} work
 */
async function orFailed(artifact, work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ActionError || error instanceof ApiError)) throw error;
    const needs =
      error instanceof ApiError && error.isDenied
        ? ' This workflow needs "permissions: { actions: read, pull-requests: write }".'
        : '';
    annotate('error', 'Dyno gate', `${artifact}: no comment was posted. ${error.message}${needs}`);
    process.exitCode = 3;
  }
}

/**
 * The folders that hold a comment, by the names of their artifacts, as actions/download-artifact lays them out.
 * @param {string} folder
 */
function artifactsIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? entry.name : [],
  );
  return names
    .sort()
    .map((artifact) => ({ folder: join(folder, artifact), artifact }))
    .filter((one) => existsSync(join(one.folder, 'comment.md')));
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
