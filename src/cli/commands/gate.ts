import { readSavedGate, writeRunsLog } from '../../gate/gate-log.ts';
import { createGateFolder, findGate } from '../../gate/saved-gates.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { newRunId } from '../../results/result-folder.ts';
import { answerExitCode, answerOfLog, type GateFormat, gateAnswerText, writeGateFiles } from '../gate-output.ts';
import { unusedRuleLine } from '../gate-progress.ts';
import {
  type GateRequestOptions,
  gateSubject,
  type PairedSubject,
  resumedSubject,
  type StoredSubject,
} from '../gate-request.ts';
import { givenNames } from '../given-options.ts';
import { measureGate } from '../measure-gate.ts';
import type { Streams } from '../streams.ts';

export interface GateOptions extends GateRequestOptions {
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
  if (subject.kind === 'stored') return storedRuns(subject, options, streams);
  return measured(subject, newFolder(options), options, streams);
}

function newFolder({ out, runId }: GateOptions): string {
  return createGateFolder(out, runId ?? newRunId(new Date(), 'gate'));
}

/** Nothing is measured: what is wrong with the runs is known before the gate has a folder. */
async function storedRuns(
  { base, head, asked }: StoredSubject,
  options: GateOptions,
  streams: Streams,
): Promise<ExitCode> {
  const { suite, acknowledgements, allowMismatch = false } = options;
  const { storedGate } = await import('../stored-gate.ts');
  const runs = { base: base.folder, head: head.folder, suite, acknowledgements, allowMismatch };
  const end = storedGate({ ...runs, asked, date: new Date() });
  for (const rule of end.unused) streams.stderr.write(`${unusedRuleLine(rule)}\n`);
  const folder = newFolder(options);
  writeRunsLog(folder, end.runs);
  return answer(folder, options, streams);
}

/** A gate goes on as it was asked for, with more time if that is told: other options would make it another gate. One that has its verdict only tells it. */
async function resume(id: string, options: GateOptions, streams: Streams): Promise<ExitCode> {
  const { base, head, suite, quick, rounds, seed, mergeBase, acknowledgements, explain } = options;
  const names = givenNames({
    ...{ '--base': base, '--head': head, '--suite': suite, '--quick': quick, '--rounds': rounds, '--seed': seed },
    ...{ '--merge-base': mergeBase, '--acknowledgements': acknowledgements },
    ...{ '--allow-mismatch': options.allowMismatch, '--run-id': options.runId, '--no-explain': explain === false },
  });
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
  return isDone
    ? answer(folder, options, streams)
    : measured(resumedSubject(folder, options), folder, options, streams);
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
  const told = answerOfLog(readSavedGate(folder));
  for (const path of await writeGateFiles(folder, told)) stderr.write(`wrote    ${path}\n`);
  stdout.write(await gateAnswerText(told, format));
  return answerExitCode(told);
}
