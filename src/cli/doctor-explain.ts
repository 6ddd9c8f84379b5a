import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { failureText } from '../analysis/memory-text.ts';
import { cudaErrorOf, explainError } from '../engine/diagnosis/explain-error.ts';
import type { KnownError } from '../engine/diagnosis/known-error.ts';
import { InputError } from '../kernel/errors.ts';
import { findRun, readRun, runIdOf } from '../results/result-folder.ts';
import type { Case, Run } from '../results/run.ts';
import { wrapText } from './wrap-text.ts';

/** What `--explain` was given, and the known errors in it. */
export interface Explanation {
  readonly of: 'text' | 'file' | 'run';
  /** For a run: what its cases failed with. Else one entry for the whole text. */
  readonly failures: readonly ExplainedFailure[];
}

export interface ExplainedFailure {
  /** Ids of the cases that failed so; none for a text. */
  readonly cases: readonly string[];
  readonly message: string;
  readonly errors: readonly Pick<KnownError, 'code' | 'title' | 'meaning' | 'remedy' | 'source'>[];
}

const width = 100;
/** The end of a log is where the error is. */
const mostLogBytes = 2 ** 20;

/**
 * Explains an error text ("CUDA error 35", "35"), a log file, or the failed and skipped cases of a run (id or path). Throws `USAGE` for an empty
 * text, and what reading a run throws.
 */
export function explain(given: string, outDir: string): Explanation {
  if (given.trim() === '') {
    throw new InputError(
      'USAGE',
      '--explain: expected an error text, a log file or a run, got nothing. Example: --explain "CUDA error 35".',
    );
  }
  const errors = explainError(given);
  const number = /^\D{0,24}?(\d{1,3})\W*$/.exec(given)?.[1];
  const byNumber = errors.length > 0 || number === undefined ? null : cudaErrorOf(Number(number));
  if (byNumber !== null) return ofText(given, [byNumber]);
  if (errors.length > 0) return ofText(given, errors);
  if (existsSync(given) && statSync(given).isFile() && !/\.json(l)?$/.test(given)) {
    return { of: 'file', failures: [failureOf([], given, explainError(endOfFile(given)))] };
  }
  const run = runNamed(given, outDir);
  return run === null ? ofText(given, []) : { of: 'run', failures: failuresOf(run) };
}

/** The explanation for people. */
export function describeExplanation({ of, failures }: Explanation, given: string): string {
  if (of === 'run' && failures.length === 0)
    return 'No case of this run failed or was skipped for want of a backend.\n';
  return failures
    .flatMap(({ cases, message, errors }) => [
      ...(cases.length === 0
        ? []
        : [
            wrapText(
              `${cases.length} ${cases.length === 1 ? 'case' : 'cases'} (${cases[0]}${cases.length > 1 ? ' …' : ''}): ${message}`,
              width,
            ),
            '',
          ]),
      ...(errors.length === 0 ? [nothingKnown(of, given), ''] : errors.flatMap(describeError)),
    ])
    .join('\n');
}

function describeError({ title, meaning, remedy, source }: ExplainedFailure['errors'][number]): string[] {
  const part = (name: string, text: string): string => {
    const [first = '', ...rest] = wrapText(text, width - 14).split('\n');
    return [`  ${name.padEnd(12)}${first}`, ...rest.map((line) => `${' '.repeat(14)}${line}`)].join('\n');
  };
  return [title, part('means', meaning), part('what to do', remedy), part('source', source), ''];
}

function nothingKnown(of: Explanation['of'], given: string): string {
  const what = of === 'run' ? 'what it failed with' : of === 'file' ? `the end of ${given}` : JSON.stringify(given);
  return `Nothing is known of ${what}. NVIDIA lists the numbers of CUDA at\nhttps://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html; docs/troubleshooting.md lists what is known here.`;
}

function ofText(message: string, errors: readonly KnownError[]): Explanation {
  return { of: 'text', failures: [failureOf([], message, errors)] };
}

function failureOf(cases: readonly string[], message: string, errors: readonly KnownError[]): ExplainedFailure {
  return {
    cases,
    message,
    errors: errors.map(({ code, title, meaning, remedy, source }) => ({ code, title, meaning, remedy, source })),
  };
}

function runNamed(name: string, outDir: string): Run | null {
  let folder: string;
  try {
    folder = findRun(name, outDir);
  } catch (error) {
    if (error instanceof InputError && error.code === 'RUN_UNKNOWN') return null;
    throw error;
  }
  if (!existsSync(folder)) throw new InputError('RUN_UNKNOWN', `${runIdOf(folder)}: its folder is gone.`);
  return readRun(folder);
}

/** The cases that failed, or whose backend was not there, those with the same cause together. */
function failuresOf({ cases }: Run): ExplainedFailure[] {
  const groups = new Map<string, { message: string; text: string; ids: string[] }>();
  for (const one of cases) {
    const words = wordsOf(one);
    if (words === null) continue;
    const group = groups.get(words.text) ?? { ...words, ids: [] };
    groups.set(words.text, group);
    group.ids.push(one.id);
  }
  return [...groups.values()].map(({ ids, message, text }) => failureOf(ids, message, explainError(text)));
}

function wordsOf({ status, cause, reasons }: Case): { message: string; text: string } | null {
  if (status === 'failed' && cause !== null) {
    return { message: failureText(cause), text: `${cause.message}\n${cause.stderrTail}` };
  }
  const reason = reasons.status;
  if (status !== 'skipped' || reason?.code !== 'BACKEND_UNAVAILABLE') return null;
  const text = `${reason.need} cannot run here: ${reason.have}`;
  return { message: text, text };
}

function endOfFile(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, mostLogBytes));
    const length = readSync(file, buffer, 0, buffer.length, Math.max(0, size - buffer.length));
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}
