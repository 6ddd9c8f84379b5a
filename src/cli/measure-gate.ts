import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AskedGate, FailureLine } from '../gate/gate-context.ts';
import { gateLogFile, gateLogVersion, writeFailure } from '../gate/gate-log.ts';
import { readGateSuite } from '../gate/gate-suite.ts';
import { gateIdOf } from '../gate/saved-gates.ts';
import type { SourceVersion } from '../gate/worktrees.ts';
import { DynoError, type ExitCode, errorText } from '../kernel/errors.ts';
import { shellWords } from '../kernel/shell-words.ts';
import { redactDeep } from '../results/redact.ts';
import { gateProgress } from './gate-progress.ts';
import type { PairedSubject } from './gate-request.ts';
import { machineSurveys } from './machine-surveys.ts';
import {
  type Explain,
  type GateProgress,
  type PairedGateEnd,
  type PairedGateRequest,
  pairedGate,
} from './paired-gate.ts';
import type { Streams } from './streams.ts';
import { printableLines } from './text-table.ts';
import { untilSignal } from './until-signal.ts';

/** How measuring ended. `stopped`: by a signal; how to go on was told. `failed`: it came to no verdict, which the log says. */
export type MeasuredGate =
  | { readonly kind: 'ended'; readonly end: PairedGateEnd }
  | { readonly kind: 'failed' }
  | { readonly kind: 'stopped'; readonly exitCode: ExitCode };

export interface MeasureGateOptions extends Pick<PairedGateRequest, 'decide'> {
  readonly folder: string;
  /** Folder of runs, for the command that goes on. */
  readonly out: string;
  readonly streams: Streams;
}

/**
 * Measures a paired gate from the command line: with progress, until it has ended or a signal comes. What was thrown with exit code 4 is kept in the
 * log as the answer; anything else is thrown, and leaves no folder behind where there was no round yet.
 */
export async function measureGate(subject: PairedSubject, options: MeasureGateOptions): Promise<MeasuredGate> {
  const { folder, streams, decide } = options;
  const progress = gateProgress(streams, () => performance.now() / 1e3);
  let suite: string | null = null;
  const onProgress = (told: GateProgress): void => {
    if (told.type === 'suite') suite = told.suite.name;
    progress.onProgress(told);
  };
  try {
    const { outcome, signal } = await untilSignal((abort) =>
      untilAborted(
        abort,
        pairedGate({
          ...{ base: subject.base, head: subject.head, asked: subject.asked, folder, date: new Date() },
          ...{ surveys: machineSurveys, decide, explain, signal: abort, onProgress },
        }),
      ),
    ).finally(progress.end);
    if (outcome === null || outcome.reason === 'stopped') {
      const exitCode = signal === 'SIGTERM' ? 143 : 130;
      streams.stderr.write(`${stoppedText(outcome, subject.asked.command, options)}\n`);
      removeUnbegun(folder);
      return { kind: 'stopped', exitCode };
    }
    for (const line of endLines(outcome)) streams.stderr.write(`${line}\n`);
    return { kind: 'ended', end: outcome };
  } catch (error) {
    if (error instanceof DynoError && error.exitCode === 4) {
      const failure = failureOf(error, suite ?? suiteOfCheckout(subject), subject);
      if (keepFailure(folder, failure)) return { kind: 'failed' };
    }
    removeUnbegun(folder);
    throw error;
  }
}

/** Loaded when there is something to explain. */
const explain: Explain = async (request) => (await import('./explain-gate.ts')).explainGate(request);

/** null: it was stopped before its first round. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return null;
    throw error;
  }
}

function removeUnbegun(folder: string): void {
  if (!existsSync(join(folder, gateLogFile))) rmSync(folder, { recursive: true, force: true });
}

function stoppedText(
  end: PairedGateEnd | null,
  command: AskedGate['command'],
  { folder, out }: MeasureGateOptions,
): string {
  if (end === null && !existsSync(join(folder, gateLogFile))) return 'Stopped before anything was measured.';
  const pairs = end === null ? '' : ` ${end.stored.pairs.length} pairs are kept.`;
  const where = out === 'results' ? '' : ` --out ${shellWords([out])}`;
  return `Stopped.${pairs} Go on with: dyno gate ${command === 'aa' ? 'aa ' : ''}--resume ${gateIdOf(folder)}${where}`;
}

/** What is to be said of an end that decided not all. */
function endLines({ reason, failing }: PairedGateEnd): string[] {
  if (reason === 'budget') return ['The time budget is used up; rows that were not decided are inconclusive.'];
  if (reason !== 'failing' || failing === null) return [];
  const { code, message } = failing.failed;
  return [`Measuring ended: ${failing.arm} failed again and again: ${printableLines(message)} (${code})`];
}

function failureOf(error: DynoError, suite: string, { base, head }: PairedSubject): FailureLine {
  const version = ({ kind, name, commit }: SourceVersion) => ({ name, commit: kind === 'commit' ? commit : null });
  return {
    type: 'failure',
    schemaVersion: gateLogVersion,
    code: error.code,
    message: redactDeep(errorText(error)),
    exitCode: error.exitCode,
    suite,
    base: version(base),
    head: version(head),
  };
}

/** The suite of a gate that failed before it was read: its comment is to take the place of the one that a gate before has left. */
function suiteOfCheckout({ head, asked }: PairedSubject): string {
  try {
    return readGateSuite(head.repository, asked).name;
  } catch {
    return asked.suite ?? 'gate';
  }
}

/** Whether it could be written: a full disk is one of the things that end a gate. */
function keepFailure(folder: string, failure: FailureLine): boolean {
  try {
    writeFailure(folder, failure);
    return true;
  } catch {
    return false;
  }
}
