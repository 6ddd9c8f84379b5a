import type { Reason } from '../../results/events.ts';
import type { VerdictFinding } from '../../results/run.ts';
import { formatPercent, formatSeconds } from '../../units/format.ts';
import { type Evidence, type Judgement, judged, notJudged, type RoundEvidence } from './evidence.ts';
import { longer } from './longer.ts';
import { finding } from './verdict-codes.ts';

/**
 * Whether the rounds had settled (M14 of the measuring rules). That a system has no steady state is a result, and none that makes its
 * figures invalid: the family is degraded at most. A round that is too short to tell leaves the family unjudged.
 */
export function judgeSteadyState({ rounds, reasons, policy }: Evidence): Judgement {
  const findings = rounds.flatMap((round) => [...shape(round, policy), ...warmup(round)]);
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
const names = { latency: 'The latency', throughput: 'The time from one completion to the next' } as const;

function shape(
  { round, summary: { steadyState }, measured }: RoundEvidence,
  policy: Evidence['policy'],
): VerdictFinding[] {
  if (steadyState == null || steadyState.verdict === 'plateau') return [];
  const { verdict, levelShift, series, drift, variation, buckets, bucketSeconds, windowNeededSeconds } = steadyState;
  const facts = { need: 'plateau', round };
  if (levelShift !== null) {
    const { atSeconds, before, after } = levelShift;
    const message = `${names[series]} went from ${formatSeconds(before)} to ${formatSeconds(after)} at ${formatSeconds(atSeconds)} of the window.`;
    return [finding('LEVEL_SHIFT', { ...facts, have: after / before - 1, message })];
  }
  const over = `over ${buckets} stretches of ${formatSeconds(bucketSeconds)}`;
  if (verdict === 'none') {
    const message = `${names[series]} did not settle ${over}: the means vary by ${formatPercent(variation)}.`;
    // At least twice what was not enough.
    const seconds = Math.max(windowNeededSeconds, 2 * measured.windowSeconds);
    const nextStep = `Lengthen the window with \`${longer('window', seconds, policy)}\`, and quiet the machine.`;
    return [finding('NO_PLATEAU', { ...facts, have: variation, message, nextStep })];
  }
  const message = `${names[series]} ${verdict === 'up' ? 'rose' : 'fell'} by ${formatPercent(Math.abs(drift))} ${over}.`;
  const warmer = longer('warmup', Math.max(30, 2 * measured.warmup.seconds), policy);
  const others = verdict === 'up' ? '; where it goes on, look for throttling, a leak or a growing queue' : '';
  const nextStep = `Warm up longer with \`${warmer}\`${others}.`;
  return [finding(codes[verdict], { ...facts, have: drift, message, nextStep })];
}

/** A window that shows a plateau needs no warm-up that did. */
function warmup({ round, summary, measured }: RoundEvidence): VerdictFinding[] {
  if (measured.warmup.ended !== 'no plateau' || summary.steadyState?.verdict === 'plateau') return [];
  const { queries, seconds } = measured.warmup;
  const message = `The latency had not settled after ${formatSeconds(seconds)} and ${queries} queries of warm-up.`;
  return [finding('WARMUP_NOT_SETTLED', { need: 'plateau', have: seconds, round, message })];
}
