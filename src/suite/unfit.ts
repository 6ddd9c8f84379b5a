import { hasGeneratorThread } from './generator-thread.ts';
import type { PlannedCase, ScenarioSettings } from './plan.ts';

/** Why a planned case cannot be measured on a machine, whatever its backend and model. */
export interface Unfit {
  readonly code: 'NO_CORE_FOR_GENERATOR' | 'BATCH_DOES_NOT_DIVIDE';
  readonly need: number;
  readonly have: number;
  /** What to do about it. */
  readonly message: string;
}

/** Cores that are left for inference: what `threads: auto` stands for, at least 1. */
export function coresForInference(scenario: ScenarioSettings, availableCores: number): number {
  return hasGeneratorThread(scenario) ? Math.max(1, availableCores - 1) : availableCores;
}

/** Why a case is skipped before anything of it is run; null: it is not. */
export function unfitOf(
  { scenario, axes }: Pick<PlannedCase, 'scenario' | 'axes'>,
  availableCores: number,
): Unfit | null {
  if (scenario.kind === 'multi_stream' && scenario.itemsPerQuery % axes.batchSize !== 0) {
    const { itemsPerQuery } = scenario;
    return {
      code: 'BATCH_DOES_NOT_DIVIDE',
      need: itemsPerQuery,
      have: axes.batchSize,
      message: `A query of ${itemsPerQuery} items cannot be served in whole batches of ${axes.batchSize}. Take a batch size that divides ${itemsPerQuery}, or other items_per_query.`,
    };
  }
  const need = axes.threads + 1;
  if (!hasGeneratorThread(scenario) || need <= availableCores) return null;
  const remedy =
    availableCores > 1
      ? `Use --threads ${availableCores - 1}${availableCores > 2 ? ' or fewer' : ''}, or auto.`
      : 'Use a machine with two cores or more, or a scenario without a schedule such as single_stream.';
  return {
    code: 'NO_CORE_FOR_GENERATOR',
    need,
    have: availableCores,
    message: `The load generator of ${scenario.kind} spins on a core of its own: with ${axes.threads} threads of inference it takes ${need} cores, and ${availableCores} are available. ${remedy}`,
  };
}
