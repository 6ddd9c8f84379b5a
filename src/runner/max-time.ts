import type { PlannedCase } from '../suite/plan.ts';
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
