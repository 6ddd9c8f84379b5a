import type { Difference } from '../analysis/compare-runs.ts';
import { machineDifferences } from '../analysis/machine-facts.ts';
import { planDifferences } from '../analysis/plan-differences.ts';
import { InputError } from '../kernel/errors.ts';
import type { Run } from '../results/run.ts';

/**
 * Refuses two runs whose figures are not to be compared. Throws `FINGERPRINT_DIFFERS` where they are of different machines or of different
 * software below the model, and `PLAN_DIFFERS` where cases of one name were measured in different ways (both exit 3), with all that differs.
 */
export function refuseOtherMachines(base: Run, head: Run): void {
  const machine = machineDifferences(base, head);
  if (machine.length > 0) {
    throw new InputError(
      'FINGERPRINT_DIFFERS',
      `${names(base, head)} were measured on different machines: ${listed(machine)}. What differs between their figures may be that and not the ` +
        'code: measure both on one machine, or compare them all the same with --allow-mismatch.',
    );
  }
  const plan = planDifferences(base, head);
  if (plan.length > 0) {
    throw new InputError(
      'PLAN_DIFFERS',
      `${names(base, head)} were measured in different ways: ${listed(plan)}. Measure both by one suite with one policy, or compare them all the ` +
        'same with --allow-mismatch.',
    );
  }
}

function names(base: Run, head: Run): string {
  return `The runs ${base.runId} and ${head.runId}`;
}

/** `governor: performance | powersave; Node.js: 20.1.0 | 22.0.0`, base first. */
function listed(differences: readonly Difference[]): string {
  return differences.map(({ field, base, candidate }) => `${field}: ${base} | ${candidate}`).join('; ');
}
