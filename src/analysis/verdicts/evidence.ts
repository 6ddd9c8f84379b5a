import type { Environment, Proof, Reason } from '../../results/events.ts';
import type { Case, Round, VerdictFinding } from '../../results/run.ts';
import type { Measured, PlanSnapshot } from '../../results/snapshot.ts';
import type { TelemetryProblem } from '../case-history.ts';
import type { LimitNotHeld } from '../run-power-limit.ts';
import type { WatchedMachine } from '../watched-machine.ts';

/** What a case is judged by: its figures, what its processes reported, and what was seen of the machine. */
export interface Evidence {
  readonly figures: Omit<Case, 'verdicts' | 'findings' | 'reasons'>;
  /** Why a null of the figures is null. */
  readonly reasons: Case['reasons'];
  readonly policy: PlanSnapshot['policy'];
  readonly limits: PlanSnapshot['limits'];
  readonly environment: Environment;
  /** Rounds that ended well, at least one. */
  readonly rounds: readonly RoundEvidence[];
  readonly proof: Proof | null;
}

export interface RoundEvidence {
  readonly round: number;
  readonly measured: Measured;
  readonly summary: NonNullable<Round['summary']>;
  /** What the sampler lost while the round ran. */
  readonly problems: readonly TelemetryProblem[];
  /** What the sampler saw of the machine, or why it saw nothing. */
  readonly watched: WatchedMachine | Reason;
  /** Devices of its sitting that had another power limit at the end than was set. Not there: none, or none was set. */
  readonly limitsNotHeld?: readonly LimitNotHeld[];
}

/** Backends that run on the processor: whatever becomes of an accelerator or is done on it, these do not notice. */
export const processorBackends: ReadonlySet<string> = new Set([
  'ort-cpu',
  'wasm',
  'python-onnxruntime',
  'operators',
  'null',
]);

/** What a family comes to. It is valid when it was judged and nothing but notes was found. */
export interface Judgement {
  readonly findings: readonly VerdictFinding[];
  /** Why there was nothing to judge; null: it was judged. A finding that is no note is a judgement all the same. */
  readonly notJudged: Reason | null;
}

/** Judged, with what was found. */
export function judged(findings: readonly VerdictFinding[]): Judgement {
  return { findings, notJudged: null };
}

/** Not judged, and why. */
export function notJudged(reason: Reason, findings: readonly VerdictFinding[] = []): Judgement {
  return { findings, notJudged: { code: reason.code, need: reason.need, have: reason.have } };
}
