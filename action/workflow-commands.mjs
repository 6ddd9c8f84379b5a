// @ts-check
// What a step tells GitHub's runner: annotations, outputs, its part of the summary of the job.
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** A summary takes 1 MiB of a step; what is longer is refused as a whole. */
const longestSummary = 1_000_000;

/**
 * An annotation: shown above the log and on the page of the run.
 * @param {'error' | 'warning' | 'notice'} level
 * @param {string} title
 * @param {string} message
 */
export function annotate(level, title, message) {
  process.stdout.write(`::${level} title=${escapedProperty(title)}::${escapedData(message)}\n`);
}

/**
 * Runs `work` while the runner takes no commands from the log: what a benchmark prints must not become an annotation or a masked word.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withoutCommands(work) {
  // Unguessable, or the log could end it by itself.
  const word = `dyno-${randomBytes(16).toString('hex')}`;
  process.stdout.write(`::stop-commands::${word}\n`);
  try {
    return await work();
  } finally {
    process.stdout.write(`::${word}::\n`);
  }
}

/**
 * Outputs of this step, by name.
 * @param {Readonly<Record<string, string>>} outputs
 */
export function setOutputs(outputs) {
  const lines = Object.entries(outputs).map(([name, value]) => {
    const end = `end-${randomBytes(16).toString('hex')}`;
    return `${name}<<${end}\n${value}\n${end}\n`;
  });
  appendFileSync(fileOf('GITHUB_OUTPUT'), lines.join(''));
}

/** @param {string} markdown */
export function appendSummary(markdown) {
  appendFileSync(fileOf('GITHUB_STEP_SUMMARY'), `${markdown.slice(0, longestSummary)}\n`);
}

/** @param {string} name */
function fileOf(name) {
  const path = process.env[name];
  if (path === undefined || path === '') throw new Error(`${name} is not set: this runs as a step of GitHub Actions.`);
  return path;
}

/** @param {string} text */
function escapedData(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** @param {string} text */
function escapedProperty(text) {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
