import type { VerdictFamily, VerdictFinding } from '../../results/run.ts';

/** What a code stands for. One code has one severity: what is worse has a code of its own. */
export interface VerdictCode {
  readonly family: VerdictFamily;
  readonly severity: VerdictFinding['severity'];
  /** One sentence; `docs/verdicts.md` is written from it. */
  readonly means: string;
  /** What to do about it, with the option or command where there is one. */
  readonly nextStep: string;
}
