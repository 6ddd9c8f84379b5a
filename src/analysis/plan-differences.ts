import type { Run } from '../results/run.ts';
import { type Difference, runDifferences } from './compare-runs.ts';

/** Parts of a policy with which a case measures the same all the same: how often, in what order of names, for how long at most. */
const harmless = ['policy.preset', 'policy.rounds', 'policy.seed', 'policy.maxTimeSeconds', 'policy.proof'];

/**
 * In what the runs were asked to measure differently: the policy as far as a round's figures hang on it, the limit that a search looks for, and
 * what the queries are made of. Empty: cases of one key were measured alike.
 */
export function planDifferences(base: Run, candidate: Run): Difference[] {
  return runDifferences(base, candidate).filter(
    ({ field }) =>
      (field.startsWith('policy.') && !harmless.includes(field)) ||
      field === 'limits.latency' ||
      field.startsWith('data of '),
  );
}
