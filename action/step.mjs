// @ts-check
// How the scripts of this action begin and end.
import { readFileSync } from 'node:fs';
import { ActionError } from './inputs.mjs';
import { annotate } from './workflow-commands.mjs';

/** The event that started the workflow, as GitHub describes it. */
export function readEvent() {
  return JSON.parse(readFileSync(variable('GITHUB_EVENT_PATH'), 'utf8'));
}

/** @param {string} name */
export function variable(name) {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new ActionError(`${name} is not set: this runs as a step of GitHub Actions.`);
  return value;
}

/**
 * Runs a step; what it throws becomes an annotation and fails it.
 * @param {() => Promise<void>} step
 */
export async function runStep(step) {
  try {
    await step();
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    annotate('error', 'Dyno gate', message);
    if (!(error instanceof ActionError)) process.stderr.write(`${stack}\n`);
    process.exitCode = 3;
  }
}
