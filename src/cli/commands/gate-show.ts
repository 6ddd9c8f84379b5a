import { readSavedGate } from '../../gate/gate-log.ts';
import { findGate } from '../../gate/saved-gates.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import { answerExitCode, answerOfLog, type GateFormat, gateAnswerText } from '../gate-output.ts';
import type { Streams } from '../streams.ts';

export interface GateShowOptions {
  /** Id, unique beginning of an id, or path. */
  readonly gate: string;
  readonly out: string;
  readonly format: GateFormat;
}

/** `dyno gate show <gate>`: the verdict of saved rounds, byte for byte as when they were measured; ends with the same exit code. */
export async function gateShowCommand({ gate, out, format }: GateShowOptions, { stdout }: Streams): Promise<ExitCode> {
  const answer = answerOfLog(readSavedGate(findGate(gate, out)));
  stdout.write(await gateAnswerText(answer, format));
  return answerExitCode(answer);
}
