import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Pair } from './pair.ts';
import type { GateSettings } from './settings.ts';

/**
 * What takes the place of `decide` in a session of one version against itself: so many rounds of every scenario, whatever they say. Rounds that
 * are void count, too, as how many of them there are is part of the answer.
 */
export function decideRounds(rounds: number): (settings: GateSettings, pairs: readonly Pair[]) => Decision {
  return (settings, pairs) => {
    const scenarios = [...new Set(settings.metrics.map(({ scenario }) => scenario))];
    const left = new Map(
      scenarios.map((scenario) => [scenario, rounds - pairs.filter((pair) => pair.scenario === scenario).length]),
    );
    const wanted = scenarios.filter((scenario) => (left.get(scenario) ?? 0) > 0);
    const least = Math.min(...wanted.map((scenario) => left.get(scenario) ?? 0));
    const next =
      wanted.length === 0
        ? ({ kind: 'done' } as const)
        : ({ kind: 'measure', scenarios: wanted, rounds: least } as const);
    return { ...decide(settings, pairs), next };
  };
}
