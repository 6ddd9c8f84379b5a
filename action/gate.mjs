// @ts-check
// Step of action.yml: runs `dyno gate` on what the event is about, and tells GitHub what came of it. It fails for what it cannot work with
// only; whether the verdict fails the job is decided by the last step, when the comment is posted and the artifact is there.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { armsOf } from './arms.mjs';
import { choice, input } from './inputs.mjs';
import { pullRequestFile, pullRequestOf } from './pull-request.mjs';
import { readEvent, runStep, variable } from './step.mjs';
import { notesOf, stepStatus } from './verdict.mjs';
import { annotate, appendSummary, setOutputs, withoutCommands } from './workflow-commands.mjs';

const launcher = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'dyno.js');

await runStep(async () => {
  const event = readEvent();
  const workFolder = resolve(variable('GITHUB_WORKSPACE'), input('working-directory') ?? '.');
  const failOnInconclusive = choice('fail-on-inconclusive', ['false', 'true']) === 'true';
  // What the steps behind this one need is checked before anything is measured.
  choice('comment', ['true', 'problems', 'false']);
  const eventName = variable('GITHUB_EVENT_NAME');
  const arms = armsOf({ base: input('base'), head: input('head'), eventName, event, folder: workFolder });
  const out = mkdtempSync(join(variable('RUNNER_TEMP'), 'dyno-gate-'));
  const id = `run-${variable('GITHUB_RUN_ID')}-${variable('GITHUB_RUN_ATTEMPT')}`;
  const words = [
    'gate',
    `--base=${arms.base}`,
    `--head=${arms.head}`,
    ...(arms.mergeBase ? ['--merge-base'] : []),
    ...['suite', 'rounds', 'time-budget', 'acknowledgements'].flatMap((name) => {
      const value = input(name);
      return value === null ? [] : [`--${name}=${value}`];
    }),
    ...(choice('quick', ['false', 'true']) === 'true' ? ['--quick'] : []),
    `--out=${out}`,
    `--run-id=${id}`,
  ];
  const exitCode = await withoutCommands(() => {
    process.stdout.write(`dyno ${words.join(' ')}\n`);
    return runDyno(words, workFolder);
  });

  const folder = join(out, 'gates', id);
  const gate = readIfThere(join(folder, 'gate.json'), JSON.parse);
  const comment = readIfThere(join(folder, 'comment.md'), (text) => text);
  const status = stepStatus({ exitCode, gate, failOnInconclusive });
  const measured = pullRequestOf(event);
  if (measured !== null && comment !== null) {
    writeFileSync(join(folder, pullRequestFile), `${JSON.stringify({ number: measured.number })}\n`);
  }
  if (comment !== null) appendSummary(comment);
  if (gate === null) {
    annotate(
      'error',
      'Dyno gate',
      `dyno gate ended with exit code ${exitCode} and no verdict: the log above says why.`,
    );
  } else {
    for (const { level, message } of notesOf(gate, status)) annotate(level, 'Dyno gate', message);
  }
  setOutputs({
    verdict: typeof gate?.verdict === 'string' ? gate.verdict : 'none',
    'exit-code': String(exitCode),
    // A gate without a verdict has not passed, whatever it ended with.
    status: String(gate === null && status === 0 ? 4 : status),
    folder,
  });
});

/**
 * @param {readonly string[]} words
 * @param {string} folder
 * @returns {Promise<number>}
 */
function runDyno(words, folder) {
  const child = spawn(process.execPath, [launcher, ...words], {
    cwd: folder,
    env: environment(),
    // Both to stdout: the runner reads stderr beside it, and may come to its last lines when commands are taken again.
    stdio: ['ignore', 1, 1],
  });
  // A run that is cancelled: the gate stops cleanly, and the step waits for it.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.once('error', failed);
    // Killed, such as for memory, is the failure of a tool.
    child.once('close', (code) => done(code ?? 4));
  });
}

/** Benchmarks run code of the pull request: they do not get the files and addresses by which steps speak to the runner. */
function environment() {
  const ofSteps = /^(GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)|ACTIONS_(RUNTIME|RESULTS|CACHE|ID_TOKEN)_\w+)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofSteps.test(name)));
}

/**
 * @template T
 * @param {string} path
 * @param {(text: string) => T} read
 * @returns {T | null}
 */
function readIfThere(path, read) {
  return existsSync(path) ? read(readFileSync(path, 'utf8')) : null;
}
