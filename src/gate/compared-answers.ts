import type { Fact } from './gate-report.ts';
import type { Arm, Pair } from './pair.ts';

/**
 * In how many scenarios the answers of both versions were compared, where that is not in all that were measured: a version that tells none is neither right
 * nor wrong. Nothing where all were.
 */
export function answersFacts(pairs: readonly Pair[]): Fact[] {
  const tells = { base: new Map<string, boolean>(), head: new Map<string, boolean>() };
  for (const pair of pairs) {
    for (const arm of ['base', 'head'] as const) {
      const observed = pair[arm];
      if (observed.outcome === 'failed') continue;
      const before = tells[arm].get(pair.scenario) ?? false;
      tells[arm].set(pair.scenario, before || observed.outputs !== null);
    }
  }
  const measured = [...tells.base.keys()].filter((scenario) => tells.head.has(scenario));
  const silent = (arm: Arm) => measured.filter((scenario) => tells[arm].get(scenario) === false);
  const arms = (['base', 'head'] as const).filter((arm) => silent(arm).length > 0);
  if (arms.length === 0) return [];
  const compared = measured.length - new Set(arms.flatMap(silent)).size;
  const which = compared === 0 ? 'all' : 'the others';
  const value = `compared in ${compared} of ${measured.length} scenarios; of ${which} ${arms.join(' or ')} told none`;
  return [{ name: 'answers', value }];
}
