import type { Reason } from '../../results/events.ts';
import type { SteadyState, VerdictFinding } from '../../results/run.ts';
import { formatPercent, formatSeconds } from '../../units/format.ts';
import { type Evidence, type Judgement, judged, notJudged, type RoundEvidence } from './evidence.ts';
import { finding } from './verdict-codes.ts';

/**
 * Whether the rounds had settled (M14 of the measuring rules). That a system has no steady state is a result, and none that makes its
 * figures invalid: the family is degraded at most. A round that is too short to tell leaves the family unjudged.
 */
export function judgeSteadyState({ rounds, reasons }: Evidence): Judgement {
  const findings = rounds.flatMap((round) => [...shape(round), ...warmup(round)]);
  const untold = rounds.findIndex(({ summary }) => (summary.steadyState ?? null) === null);
  if (untold < 0) return judged(findings);
  return notJudged(reasonOf(reasons) ?? { code: 'NOT_RECORDED', need: null, have: null }, findings);
}

/** Why the first round that has no steady state has none. */
function reasonOf(reasons: Evidence['reasons']): Reason | null {
  const path = Object.keys(reasons).find((one) => /^rounds\.\d+\.summary\.steadyState$/.test(one));
  return path === undefined ? null : (reasons[path] ?? null);
}

const codes = { up: 'TREND_UP', down: 'TREND_DOWN', none: 'NO_PLATEAU' } as const;

function shape({ round, summary: { steadyState } }: RoundEvidence): VerdictFinding[] {
  if (steadyState == null || steadyState.verdict === 'plateau') return [];
  const { verdict, levelShift } = steadyState;
  if (verdict === 'none' && levelShift !== null) return [shift(levelShift, round)];
  const { drift, variation, buckets, bucketSeconds } = steadyState;
  const need = 'plateau';
  const over = `over ${buckets} stretches of ${formatSeconds(bucketSeconds)}`;
  const message =
    verdict === 'none'
      ? `The latency did not settle ${over}: its means vary by ${formatPercent(variation)}.`
      : `The latency ${verdict === 'up' ? 'rose' : 'fell'} by ${formatPercent(Math.abs(drift))} ${over}.`;
  return [finding(codes[verdict], { need, have: drift, round, message })];
}

function shift({ atSeconds, before, after }: NonNullable<SteadyState['levelShift']>, round: number): VerdictFinding {
  const message = `The latency went from ${formatSeconds(before)} to ${formatSeconds(after)} after ${formatSeconds(atSeconds)} of the window.`;
  return finding('LEVEL_SHIFT', { need: 'one level', have: after / before - 1, round, message });
}

/** A window that shows a plateau needs no warm-up that did. */
function warmup({ round, summary, measured }: RoundEvidence): VerdictFinding[] {
  if (measured.warmup.ended !== 'no plateau' || summary.steadyState?.verdict === 'plateau') return [];
  const { queries, seconds } = measured.warmup;
  const message = `The latency had not settled after ${formatSeconds(seconds)} and ${queries} queries of warm-up.`;
  return [finding('WARMUP_NOT_SETTLED', { need: 'plateau', have: seconds, round, message })];
}
