import { readSavedGate } from '../../gate/gate-log.ts';
import { findGate, gateIdOf } from '../../gate/saved-gates.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { answerExitCode, answerOfLog, type GateFormat, gateAnswerText } from '../gate-output.ts';
import type { GateRequestOptions } from '../gate-request.ts';
import { givenNames } from '../given-options.ts';
import type { Streams } from '../streams.ts';

/** Options of `dyno gate` beside its own are there to be refused. */
export interface GateShowOptions extends GateRequestOptions {
  /** Id, unique beginning of an id, or path. */
  readonly gate: string;
  readonly format: GateFormat;
  readonly runId?: string;
  readonly resume?: string;
}

/** `dyno gate show <gate>`: the verdict of saved rounds, byte for byte as when they were measured; ends with the same exit code. */
export async function gateShowCommand(options: GateShowOptions, { stdout }: Streams): Promise<ExitCode> {
  refuseMeasuring(options);
  const { gate, out, format } = options;
  const folder = findGate(gate, out);
  const saved = readSavedGate(folder);
  if (saved.start !== null && saved.context?.asked.command === 'aa') {
    throw new InputError(
      'USAGE',
      `${gate}: expected a gate, got a session of dyno gate aa: dyno gate aa --resume ${gateIdOf(folder)} tells what it found.`,
    );
  }
  const answer = answerOfLog(saved);
  stdout.write(await gateAnswerText(answer, format));
  return answerExitCode(answer);
}

/** Saved rounds are judged as it was asked for when they were measured. */
function refuseMeasuring({ base, head, suite, quick, rounds, seed, timeBudget, ...more }: GateShowOptions): void {
  const { mergeBase, acknowledgements, explain, allowMismatch, runId, resume } = more;
  const names = givenNames({
    ...{ '--base': base, '--head': head, '--suite': suite, '--quick': quick, '--rounds': rounds, '--seed': seed },
    ...{ '--time-budget': timeBudget, '--merge-base': mergeBase, '--acknowledgements': acknowledgements },
    ...{ '--no-explain': explain === false, '--allow-mismatch': allowMismatch, '--run-id': runId, '--resume': resume },
  });
  if (names.length === 0) return;
  throw new InputError(
    'USAGE',
    `dyno gate show judges saved rounds as it was asked for when they were measured: leave out ${names.join(', ')}.`,
  );
}
