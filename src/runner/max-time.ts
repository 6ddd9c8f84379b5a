import { percentileShares, samplesNeeded } from '../stats/percentile.ts';
import type { PlannedCase } from '../suite/plan.ts';
import { formatCount } from '../units/format.ts';
import type { RunContext } from './run-context.ts';

/** Skips cases that `--max-time` leaves no time for, and says so. */
export function skipForTime({ plan, log, onProgress }: RunContext, cases: readonly PlannedCase[]): void {
  const limit = plan.policy.maxTimeSeconds;
  for (const planned of cases) {
    const message = `--max-time of ${limit} s left no time for this case. Give more time, or fewer cases.`;
    log.append({
      type: 'case.skipped',
      key: planned.key,
      reason: { code: 'MAX_TIME', need: null, have: limit },
      message,
    });
    onProgress({ type: 'skipped', case: planned, message });
  }
}

/** A case of which some rounds were measured and others dropped: the queries of those that were. */
export interface CutCase {
  readonly case: PlannedCase;
  readonly queries: readonly number[];
}

/** Says how many rounds `--max-time` cost, and which percentiles that takes away. */
export function noteDropped({ plan, onProgress }: RunContext, cut: readonly CutCase[]): void {
  if (cut.length > 0) onProgress({ type: 'note', message: droppedText(cut, plan.policy.rounds) });
}

/**
 * Such as `--max-time: 2 of 5 rounds were dropped; p99 is lost for 3 cases: 396 of 662 samples`. Lost is a percentile that the samples of the
 * rounds do not support, and would if the dropped rounds had held as many.
 */
export function droppedText(cut: readonly CutCase[], rounds: number): string {
  const dropped = rangeText(cut.map(({ queries }) => rounds - queries.length));
  const cases = cut.filter(({ case: planned }) => planned.scenario.kind !== 'offline');
  const losses = Object.entries(percentileShares).flatMap(([name, share]) => {
    const need = samplesNeeded(share);
    const samples = cases
      .map(({ queries }) => ({ have: queries.reduce((sum, count) => sum + count, 0), kept: queries.length }))
      .filter(({ have, kept }) => have < need && (have / kept) * rounds >= need)
      .map(({ have }) => have);
    if (samples.length === 0) return [];
    const of = samples.length === 1 ? '1 case' : `${samples.length} cases`;
    const percentile = name === 'p999' ? 'p99.9' : name;
    return [`${percentile} is lost for ${of}: ${rangeText(samples)} of ${formatCount(need)} samples`];
  });
  return `--max-time: ${[`${dropped} of ${rounds} rounds were dropped`, ...losses].join('; ')}.`;
}

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}
