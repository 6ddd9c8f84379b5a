import { type Observation, type Pair, unknownConditions } from './pair.ts';
import type { StoredArm, StoredScenario } from './stored-runs.ts';

/**
 * What two runs have of a case as a whole, as one pair: for what is the same in every process and for the stages of the work, never for a figure that
 * has noise. null where one of them did not measure it.
 */
export function pairOfCase({ scenario, base, head }: StoredScenario): Pair | null {
  if (base?.outcome !== 'measured' || head?.outcome !== 'measured') return null;
  return { scenario, stage: 'look', round: 0, first: 'base', seed: 0, base: observed(base), head: observed(head) };
}

function observed({ figures, outputs, differing, stages }: StoredArm): Observation {
  const told = differing === undefined ? {} : { differing };
  return { outcome: 'measured', values: figures, outputs, ...told, stages, conditions: unknownConditions, pid: null };
}
