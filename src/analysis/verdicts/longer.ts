import type { PlanSnapshot } from '../../results/snapshot.ts';

/** The options that make a phase of a round last at least so many seconds, its greatest length raised where that is less. */
export function longer(phase: 'warmup' | 'window', seconds: number, policy: PlanSnapshot['policy']): string {
  const whole = Math.max(1, Math.ceil(seconds));
  const least = `--set policy.${phase}.min_duration=${whole}s`;
  const { maxSeconds } = policy[phase];
  return maxSeconds === undefined || maxSeconds >= whole
    ? least
    : `${least} --set policy.${phase}.max_duration=${whole}s`;
}
