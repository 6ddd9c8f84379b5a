import type { Row, RowReason, StageResult, Verdict } from './decision.ts';
import { fewestPairs } from './estimate.ts';
import type { Outcome } from './judge-stage.ts';
import type { Metric } from './metric.ts';
import type { ConditionLimits } from './settings.ts';

interface Judged {
  readonly verdict: Verdict;
  readonly reasons: readonly RowReason[];
}

/** A sampled row, from what its two stages found. `confirm`: null where the row is not, or not yet, run again. */
export function sampledRow(metric: Metric, look: Outcome, confirm: Outcome | null, limits: ConditionLimits): Row {
  const isWorse = look.state === 'settled' && look.finding === 'worse';
  const judged = isWorse ? afterConfirm(metric, look, confirm, limits) : afterLook(look, limits);
  return {
    metric,
    ...judged,
    chosen: isWorse && metric.role === 'gating',
    look: look.result,
    confirm: confirm === null || confirm.result.attempted === 0 ? null : confirm.result,
    exact: null,
  };
}

/** A row of which nothing was judged. */
export function invalidRow(metric: Metric, reasons: readonly RowReason[]): Row {
  return { metric, verdict: 'invalid', reasons, chosen: false, look: null, confirm: null, exact: null };
}

function afterLook({ state, finding, reasons, result, wanted }: Outcome, limits: ConditionLimits): Judged {
  if (state === 'void') return { verdict: 'invalid', reasons: droppedReasons(result, limits) };
  if (state === 'waiting') return pending(result, wanted);
  if (state === 'settled') return { verdict: finding === 'improved' ? 'improved' : 'pass', reasons };
  // Few pairs because many were dropped is not the same as few pairs because there was no time.
  if (result.dropped.length > 0 && result.pairs < fewestPairs) {
    const few = { code: 'TOO_FEW_VALID_PAIRS', need: fewestPairs, have: result.pairs };
    return { verdict: 'invalid', reasons: [few, ...asReasons(result)] };
  }
  return { verdict: 'inconclusive', reasons: openReasons(state === 'exhausted', { reasons, result, wanted }) };
}

function afterConfirm(metric: Metric, look: Outcome, confirm: Outcome | null, limits: ConditionLimits): Judged {
  if (confirm === null) {
    if (metric.role === 'gating') return pending(look.result, 0);
    return { verdict: 'inconclusive', reasons: [{ code: 'NOT_RUN_AGAIN', need: 'gating', have: metric.role }] };
  }
  const { state, finding, reasons, result, wanted } = confirm;
  if (state === 'void') return { verdict: 'invalid', reasons: droppedReasons(result, limits) };
  if (state === 'settled' && finding === 'worse') return { verdict: 'regressed', reasons };
  if (state === 'settled') {
    return { verdict: 'pass', reasons: [{ code: 'NOT_REPEATED', need: null, have: result.pairs }, ...reasons] };
  }
  if (state === 'exhausted') {
    const open = openReasons(true, confirm);
    return { verdict: 'inconclusive', reasons: [{ code: 'NOT_CONFIRMED', need: null, have: result.pairs }, ...open] };
  }
  return pending(result, wanted);
}

/** `need` and `have`: valid pairs of the stage that is under way. */
function pending({ pairs }: StageResult, wanted: number): Judged {
  return { verdict: 'inconclusive', reasons: [{ code: 'CONFIRM_PENDING', need: pairs + wanted, have: pairs }] };
}

/** Of a row that no look settled: noise, chance and few pairs say it all; else the margin lies in the interval. */
function openReasons(isLast: boolean, { reasons, result, wanted }: Pick<Outcome, 'reasons' | 'result' | 'wanted'>) {
  const more: RowReason[] =
    isLast || result.look === 0 ? [] : [{ code: 'MORE_ROUNDS', need: result.pairs + wanted, have: result.pairs }];
  const isSaid = reasons.some(({ code }) => code !== 'SIGN_INTERVAL');
  const inside: RowReason[] = isLast && !isSaid ? [{ code: 'MARGIN_IN_INTERVAL', need: null, have: null }] : [];
  return [...more, ...inside, ...reasons];
}

function droppedReasons(result: StageResult, limits: ConditionLimits): RowReason[] {
  const dropped = result.dropped.reduce((sum, { count }) => sum + count, 0);
  const share = `${dropped} of ${result.attempted}`;
  return [{ code: 'TOO_MANY_DROPPED', need: limits.droppedShare, have: share }, ...asReasons(result)];
}

function asReasons({ dropped }: StageResult): RowReason[] {
  return dropped.map(({ code, need, have }) => ({ code, need, have }));
}
