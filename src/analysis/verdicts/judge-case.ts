import type { Reason } from '../../results/events.ts';
import {
  type Case,
  type Verdict,
  type VerdictFamily,
  type VerdictFinding,
  verdictFamilies,
} from '../../results/run.ts';
import type { Reasons } from '../reasons.ts';
import type { Evidence, Judgement } from './evidence.ts';
import { judgeAccuracy } from './judge-accuracy.ts';
import { judgeClient } from './judge-client.ts';
import { judgeConfiguration } from './judge-configuration.ts';
import { judgeEnergy } from './judge-energy.ts';
import { judgeIntegrity } from './judge-integrity.ts';
import { judgeLoad } from './judge-load.ts';
import { judgeSteadyState } from './judge-steady-state.ts';
import { judgeTelemetry } from './judge-telemetry.ts';

const judges: Readonly<Record<VerdictFamily, (evidence: Evidence) => Judgement>> = {
  load: judgeLoad,
  client: judgeClient,
  steadyState: judgeSteadyState,
  telemetry: judgeTelemetry,
  energy: judgeEnergy,
  accuracy: judgeAccuracy,
  configuration: judgeConfiguration,
  integrity: judgeIntegrity,
};

export type Verdicts = Pick<Case, 'verdicts'> & { readonly findings: readonly VerdictFinding[] };

/**
 * The verdict on each family of a case's figures, and what led to it. A verdict is the worst of its findings, valid where it was judged
 * and there is none but notes, and null where there was nothing to judge. `reasons['verdicts.x']` gets the worst finding of a family that
 * is not valid, or why it was not judged.
 */
export function judgeCase(evidence: Evidence, reasons: Reasons): Verdicts {
  const verdicts: Partial<Record<VerdictFamily, Verdict | null>> = {};
  const findings: VerdictFinding[] = [];
  for (const family of verdictFamilies) {
    const judgement = judges[family](evidence);
    const ranked = [...judgement.findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
    findings.push(...ranked);
    const [worst] = ranked;
    const path = `verdicts.${family}`;
    if (worst !== undefined && worst.severity !== 'note') {
      verdicts[family] = worst.severity;
      reasons.withhold(path, worst.code, worst.need, worst.have);
    } else {
      verdicts[family] = judgement.notJudged === null ? 'valid' : reasons.because(path, judgement.notJudged);
    }
  }
  return { verdicts: verdicts as Case['verdicts'], findings };
}

const rank = { invalid: 0, degraded: 1, note: 2 } as const;

/** Verdicts of a case that has no figures to judge. */
export function unjudged(why: Reason, reasons: Reasons): Verdicts {
  const entries = verdictFamilies.map((family) => [family, reasons.because(`verdicts.${family}`, why)] as const);
  return { verdicts: Object.fromEntries(entries) as Record<VerdictFamily, null>, findings: [] };
}

/** Families whose invalidity takes a case out of every ranking by speed; an energy that cannot be trusted says nothing of that. */
export const familiesOfSpeed = verdictFamilies.filter((family) => family !== 'energy');

/** Whether the latency and throughput of a case count nowhere: not in a ranking, not on a front, in no ratio. */
export function isInvalidForSpeed({ verdicts, reasons }: Pick<Case, 'verdicts' | 'reasons'>): boolean {
  return isNotInEffect({ reasons }) || familiesOfSpeed.some((family) => verdicts[family] === 'invalid');
}

/** Whether something that was asked for did not take effect. Results of versions without verdicts say that, too. */
export function isNotInEffect({ reasons }: Pick<Case, 'reasons'>): boolean {
  return Object.entries(reasons).some(([path, { code }]) => path.startsWith('effective.') && code === 'NOT_IN_EFFECT');
}
