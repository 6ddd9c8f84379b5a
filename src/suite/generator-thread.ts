import type { ScenarioSettings } from './plan.ts';

/**
 * Whether a scenario's load comes from a thread of its own, which spins on a core: that core is then not the engine's. A closed loop of one
 * query is served as it is issued, and needs none.
 */
export function hasGeneratorThread(scenario: ScenarioSettings): boolean {
  switch (scenario.kind) {
    case 'server':
    case 'replay':
      return true;
    case 'closed_loop':
      return scenario.concurrency > 1;
    default:
      return false;
  }
}
