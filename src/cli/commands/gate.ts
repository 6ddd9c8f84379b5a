import { readSavedGate } from '../../gate/gate-log.ts';
import { createGateFolder, findGate } from '../../gate/saved-gates.ts';
import { writeStoredRuns } from '../../gate/stored-log.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { newRunId } from '../../results/result-folder.ts';
import { answerExitCode, answerOfFolder, type GateFormat, gateAnswerText, writeGateFiles } from '../gate-output.ts';
import { unusedLine } from '../gate-progress.ts';
import {
  type GateRequestOptions,
  gateSubject,
  type PairedSubject,
  resumedSubject,
  type StoredSubject,
} from '../gate-request.ts';
import { measureGate } from '../measure-gate.ts';
import type { Streams } from '../streams.ts';

export interface GateOptions extends GateRequestOptions {
  readonly allowMismatch?: boolean;
  readonly runId?: string;
  readonly resume?: string;
  readonly format: GateFormat;
}

/**
 * `dyno gate`: measures head against base, or compares two stored runs, and says whether head is worse. The answer goes to stdout in the format that
 * was asked for, and in all of them into the folder of the gate.
 */
export async function gateCommand(options: GateOptions, streams: Streams): Promise<ExitCode> {
  if (options.resume !== undefined) return resume(options.resume, options, streams);
  const subject = gateSubject(options);
  if (subject.kind === 'paired' && options.allowMismatch === true) {
    throw new InputError(
      'USAGE',
      '--allow-mismatch: expected stored runs as --base and --head, got versions that one machine measures.',
    );
  }
  const newFolder = () => createGateFolder(options.out, options.runId ?? newRunId(new Date(), 'gate'));
  if (subject.kind === 'stored') return ofRuns(subject, newFolder, options, streams);
  const folder = newFolder();
  return measured(subject, folder, options, streams);
}

/** Two stored runs are judged at once: nothing is measured. */
async function ofRuns(
  { base, head, asked }: StoredSubject,
  newFolder: () => string,
  options: GateOptions,
  streams: Streams,
): Promise<ExitCode> {
  const { storedGate } = await import('../stored-gate.ts');
  const { suite, acknowledgements, allowMismatch = false } = options;
  const folders = { base: base.folder, head: head.folder };
  const { runs, unused } = storedGate({ ...folders, asked, suite, acknowledgements, allowMismatch, date: new Date() });
  for (const rule of unused) streams.stderr.write(`${unusedLine(rule)}\n`);
  const folder = newFolder();
  writeStoredRuns(folder, runs);
  return answer(folder, options, streams);
}

/** A gate goes on as it was asked for: other options would make it another gate. One that has its verdict only tells it. */
async function resume(id: string, options: GateOptions, streams: Streams): Promise<ExitCode> {
  const { base, head, suite, quick, rounds, timeBudget, seed, mergeBase, acknowledgements, explain } = options;
  const given = {
    ...{ '--base': base, '--head': head, '--suite': suite, '--quick': quick, '--rounds': rounds, '--seed': seed },
    ...{ '--time-budget': timeBudget, '--merge-base': mergeBase, '--acknowledgements': acknowledgements },
    ...{ '--allow-mismatch': options.allowMismatch, '--run-id': options.runId },
    '--no-explain': explain === false ? true : undefined,
  };
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length > 0) {
    throw new InputError(
      'USAGE',
      `--resume goes on with a gate as it was asked for: leave out ${names.join(', ')}, or start a new gate.`,
    );
  }
  const folder = findGate(id, options.out);
  const saved = readSavedGate(folder);
  if (saved.start !== null && saved.context?.asked.command === 'aa') {
    throw new InputError(
      'USAGE',
      `--resume ${id}: expected a gate, got a session of dyno gate aa: dyno gate aa --resume ${id} goes on with it.`,
    );
  }
  const isDone = saved.start !== null && saved.end?.reason === 'decided' && saved.failure === null;
  return isDone ? answer(folder, options, streams) : measured(resumedSubject(folder), folder, options, streams);
}

async function measured(
  subject: PairedSubject,
  folder: string,
  options: GateOptions,
  streams: Streams,
): Promise<ExitCode> {
  const how = await measureGate(subject, { folder, out: options.out, streams });
  return how.kind === 'stopped' ? how.exitCode : answer(folder, options, streams);
}

/** What the log says, to stdout and into the files beside it. */
async function answer(folder: string, { format }: GateOptions, { stdout, stderr }: Streams): Promise<ExitCode> {
  const told = answerOfFolder(folder);
  for (const path of await writeGateFiles(folder, told)) stderr.write(`wrote    ${path}\n`);
  stdout.write(await gateAnswerText(told, format));
  return answerExitCode(told);
}
