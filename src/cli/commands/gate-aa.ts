import { join } from 'node:path';
import { decideRounds } from '../../gate/aa-decide.ts';
import { type AaSession, aaExitCode, aaJsonText } from '../../gate/aa-json.ts';
import { aaReport } from '../../gate/aa-report.ts';
import type { FailureLine } from '../../gate/gate-context.ts';
import { readSavedGate, type SavedGate } from '../../gate/gate-log.ts';
import { createGateFolder, findGate } from '../../gate/saved-gates.ts';
import { resolveVersion, workingTreeName } from '../../gate/version.ts';
import { writeFileAtomic } from '../../kernel/atomic-write.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { diskError } from '../../results/disk-error.ts';
import { newRunId } from '../../results/result-folder.ts';
import { askedGate, type GateRequestOptions, type PairedSubject, resumedSubject } from '../gate-request.ts';
import { givenNames } from '../given-options.ts';
import { measureGate } from '../measure-gate.ts';
import type { Streams } from '../streams.ts';
import { printableLines } from '../text-table.ts';

export interface GateAaOptions extends GateRequestOptions {
  readonly allowMismatch?: boolean;
  readonly runId?: string;
  readonly resume?: string;
  readonly format: string;
}

/** Rounds unless told: as many as the last look of a gate has, so that each look is known. */
const rounds = { full: 40, quick: 16 } as const;

/** File beside the log. */
const answerFile = 'aa.json';

/**
 * `dyno gate aa`: runs one version against itself, so many rounds whatever they say, and tells how noisy each row is, which margin that supports and
 * how often gates of the suite raise false alarms. Exit 0 when that is known, 2 with too few valid pairs, 4 where nothing could be measured.
 */
export async function gateAaCommand(options: GateAaOptions, streams: Streams): Promise<ExitCode> {
  const format = formatOf(options.format);
  refuse(options);
  const { subject, folder } = options.resume === undefined ? begun(options) : resumed(options.resume, options);
  if (options.resume === undefined || !isDone(readSavedGate(folder))) {
    const decide = decideRounds(subject.asked.rounds ?? rounds.full);
    const how = await measureGate(subject, { folder, out: options.out, streams, decide });
    if (how.kind === 'stopped') return how.exitCode;
  }
  return answer(readSavedGate(folder), { folder, format, streams });
}

function isDone(saved: SavedGate): boolean {
  return saved.start !== null && saved.failure === null && saved.end?.reason === 'decided';
}

/** What compares two versions has no meaning here. */
function refuse({ base, mergeBase, acknowledgements, allowMismatch, explain }: GateAaOptions): void {
  const names = givenNames({
    ...{ '--base': base, '--merge-base': mergeBase, '--acknowledgements': acknowledgements },
    ...{ '--allow-mismatch': allowMismatch, '--no-explain': explain === false },
  });
  if (names.length === 0) return;
  throw new InputError(
    'USAGE',
    `dyno gate aa runs one version against itself, which --head names: leave out ${names.join(', ')}.`,
  );
}

function formatOf(format: string): 'text' | 'json' {
  if (format === 'text' || format === 'json') return format;
  throw new InputError(
    'USAGE',
    `--format ${format}: expected text or json for dyno gate aa, got ${JSON.stringify(format)}.`,
  );
}

interface Begun {
  readonly subject: PairedSubject;
  readonly folder: string;
}

function begun(options: GateAaOptions): Begun {
  const name = options.head ?? workingTreeName;
  const version = resolveVersion(name, { option: '--head', folder: process.cwd(), results: options.out });
  if (version.kind === 'run') {
    throw new InputError(
      'USAGE',
      `--head ${name}: expected a git ref or "working tree", which is measured anew, got a stored run.`,
    );
  }
  const asked = askedGate('aa', { ...options, explain: false }, { base: version.name, head: version.name });
  const subject = {
    kind: 'paired',
    base: version,
    head: version,
    asked: { ...asked, rounds: asked.rounds ?? (asked.quick ? rounds.quick : rounds.full) },
  } as const;
  return { subject, folder: createGateFolder(options.out, options.runId ?? newRunId(new Date(), 'aa')) };
}

/** Goes on as it was asked for, with another time budget where one is given. */
function resumed(id: string, options: GateAaOptions): Begun {
  const { out, head, suite, quick, rounds: count, seed, runId } = options;
  const names = givenNames({
    ...{ '--head': head, '--suite': suite, '--quick': quick, '--rounds': count, '--seed': seed },
    '--run-id': runId,
  });
  if (names.length > 0) {
    throw new InputError(
      'USAGE',
      `--resume goes on as it was asked for: leave out ${names.join(', ')}, or start anew.`,
    );
  }
  const folder = findGate(id, out);
  const subject = resumedSubject(folder, options);
  if (subject.asked.command === 'aa') return { subject, folder };
  throw new InputError(
    'USAGE',
    `--resume ${id}: expected a session of dyno gate aa, got a gate: dyno gate --resume ${id} goes on with it.`,
  );
}

interface Answer {
  readonly folder: string;
  readonly format: 'text' | 'json';
  readonly streams: Streams;
}

async function answer(saved: SavedGate, { folder, format, streams }: Answer): Promise<ExitCode> {
  const { stdout, stderr } = streams;
  if (saved.start === null || saved.failure !== null) {
    const { failure } = saved;
    stdout.write(format === 'json' ? failureJson(failure) : failureText(failure));
    return (failure?.exitCode ?? 4) as ExitCode;
  }
  const session = sessionOf(saved);
  const json = aaJsonText(session);
  const path = join(folder, answerFile);
  try {
    writeFileAtomic(path, json);
  } catch (error) {
    throw diskError(error, path);
  }
  stderr.write(`wrote    ${path}\n`);
  stdout.write(format === 'json' ? json : (await import('../gate-aa-text.ts')).aaText(session));
  return aaExitCode(session.report, session.settings);
}

function sessionOf({ start, pairs, context, end }: Extract<SavedGate, { start: object }>): AaSession {
  const { settings, head } = start;
  return {
    report: aaReport(settings, pairs),
    settings,
    suite: context?.suite ?? 'gate',
    version: { name: head.name, commit: head.commit },
    environment: context?.environment ?? [],
    ended: end?.reason ?? null,
  };
}

function failureText(failure: FailureLine | null): string {
  return `Nothing was measured: ${printableLines(failure?.message ?? 'the log holds no round')} (${failure?.code ?? 'NOTHING'})\n`;
}

function failureJson(failure: FailureLine | null): string {
  const error = failure === null ? null : { code: failure.code, message: failure.message };
  return `${JSON.stringify({ schemaVersion: 1, exitCode: failure?.exitCode ?? 4, error }, null, 2)}\n`;
}
