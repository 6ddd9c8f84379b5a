import { median } from '../stats/moments.ts';
import type { Pair } from './pair.ts';

/** A stage of the work of a scenario in both versions, in seconds. */
export interface StageChange {
  readonly stage: string;
  /** Medians over the pairs; null where that version does not have the stage. */
  readonly base: number | null;
  readonly head: number | null;
  /** Median over the pairs of head − base, a stage that one version lacks taken as 0. */
  readonly difference: number;
}

/**
 * Where the time of a scenario went: each stage's difference over its pairs, the largest first. What stands first explains most of a change;
 * it is an explanation and judges nothing.
 */
export function stageChanges(pairs: readonly Pair[], scenario: string): StageChange[] {
  const measured = pairs.flatMap(({ scenario: of, base, head }) =>
    of === scenario && base.outcome === 'measured' && head.outcome === 'measured'
      ? [{ base: base.stages, head: head.stages }]
      : [],
  );
  const names = [...new Set(measured.flatMap(({ base, head }) => [...Object.keys(base), ...Object.keys(head)]))].sort();
  return names
    .map((stage): StageChange => {
      const values = (arm: 'base' | 'head') => measured.flatMap((pair) => seconds(pair[arm], stage) ?? []);
      return {
        stage,
        base: middle(values('base')),
        head: middle(values('head')),
        difference:
          middle(measured.map(({ base, head }) => (seconds(head, stage) ?? 0) - (seconds(base, stage) ?? 0))) ?? 0,
      };
    })
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
}

/** A stage may be called like a member that every object has. */
function seconds(stages: Readonly<Record<string, number>>, stage: string): number | undefined {
  return Object.hasOwn(stages, stage) ? stages[stage] : undefined;
}

function middle(values: readonly number[]): number | null {
  return values.length === 0 ? null : median([...values].sort((a, b) => a - b));
}
