// @ts-check
// Step of action.yml: comments on the pull request that was measured, where the token of the workflow may.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usualArtifact } from './comment-body.mjs';
import { ApiError } from './github-api.mjs';
import { ActionError, choice, input } from './inputs.mjs';
import { postComment } from './post.mjs';
import { pullRequestOf } from './pull-request.mjs';
import { readEvent, runStep, variable } from './step.mjs';
import { annotate } from './workflow-commands.mjs';

const elsewhere = 'It is in the artifact and in the summary.';

await runStep(async () => {
  const mode = choice('comment', ['true', 'problems', 'false']);
  const measured = pullRequestOf(readEvent());
  if (mode === 'false' || measured === null) return;
  const token = input('token');
  if (token === null) {
    // A secret has no value where a pull request from a fork is measured.
    annotate('notice', 'Dyno gate', `No comment was posted: input token is empty. ${elsewhere}`);
    return;
  }
  const file = join(variable('DYNO_FOLDER'), 'comment.md');
  if (!existsSync(file)) {
    annotate('warning', 'Dyno gate', 'The gate wrote no comment: its error is in the log of the step before.');
    return;
  }
  const posting = {
    token,
    repository: variable('GITHUB_REPOSITORY'),
    measured,
    comment: readFileSync(file, 'utf8'),
    verdict: input('verdict'),
    mode,
    runUrl: `${variable('GITHUB_SERVER_URL')}/${variable('GITHUB_REPOSITORY')}/actions/runs/${variable('GITHUB_RUN_ID')}`,
    artifact: input('artifact') ?? usualArtifact,
  };
  try {
    await postComment(posting);
  } catch (error) {
    // Trouble at GitHub says nothing of the code, and the report is there.
    if (!(error instanceof ApiError || error instanceof ActionError)) throw error;
    const isDenied = error instanceof ApiError && error.isDenied;
    const why = isDenied
      ? ' The token of this workflow may not write, as is always so for a pull request from a fork: the second workflow of docs/gate-github.md posts it.'
      : '';
    annotate(
      isDenied ? 'notice' : 'warning',
      'Dyno gate',
      `No comment was posted (${error.message}). ${elsewhere}${why}`,
    );
  }
});
