// @ts-check
// Step of action.yml: comments on the pull request that was measured, where the token of the workflow may.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError } from './github-api.mjs';
import { choice, input } from './inputs.mjs';
import { postComment } from './post.mjs';
import { pullRequestOf } from './pull-request.mjs';
import { readEvent, runStep, variable } from './step.mjs';
import { annotate } from './workflow-commands.mjs';

await runStep(async () => {
  const mode = choice('comment', ['true', 'problems', 'false']);
  const measured = pullRequestOf(readEvent());
  if (mode === 'false' || measured === null) return;
  const file = join(variable('DYNO_FOLDER'), 'comment.md');
  if (!existsSync(file)) {
    annotate('warning', 'Dyno gate', 'The gate wrote no comment: its error is in the log of the step before.');
    return;
  }
  const posting = {
    token: variable('DYNO_TOKEN'),
    repository: variable('GITHUB_REPOSITORY'),
    measured,
    comment: readFileSync(file, 'utf8'),
    verdict: input('verdict'),
    mode,
    runUrl: `${variable('GITHUB_SERVER_URL')}/${variable('GITHUB_REPOSITORY')}/actions/runs/${variable('GITHUB_RUN_ID')}`,
    denied:
      'The token of this workflow may only read, as it always is for a pull request from a fork. The comment is in the artifact and in the summary; the second workflow of docs/gate-github.md posts it.',
  };
  try {
    await postComment(posting);
  } catch (error) {
    // Trouble at GitHub says nothing of the code, and the report is there.
    if (!(error instanceof ApiError)) throw error;
    annotate(
      'warning',
      'Dyno gate',
      `No comment was posted: ${error.message}. It is in the artifact and in the summary.`,
    );
  }
});
