import type { Reason } from '../../results/events.ts';
import type { VerdictFinding } from '../../results/run.ts';
import { answerCodes } from './answer-codes.ts';
import { loadCodes } from './load-codes.ts';
import { machineCodes } from './machine-codes.ts';
import type { VerdictCode } from './verdict-code.ts';

/** Everything that a verdict can be about, in the order of the families, the worst first in each. */
export const verdictCodes = { ...loadCodes, ...machineCodes, ...answerCodes } as const satisfies Readonly<
  Record<string, VerdictCode>
>;

export type VerdictCodeName = keyof typeof verdictCodes;

/** What a finding says beyond its code. `nextStep`: a better one than the code's own, with the figures of the case. */
export interface FindingFacts {
  readonly need: Reason['need'];
  readonly have: Reason['have'];
  readonly round?: number;
  readonly message: string;
  readonly nextStep?: string;
}

export function finding(code: VerdictCodeName, { need, have, round, message, nextStep }: FindingFacts): VerdictFinding {
  const { family, severity, nextStep: usual } = verdictCodes[code];
  return { family, severity, code, need, have, round: round ?? null, message, nextStep: nextStep ?? usual };
}
