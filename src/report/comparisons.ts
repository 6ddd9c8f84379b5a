import { type Comparison, compareRuns } from '../analysis/compare-runs.ts';
import type { ReportInput } from './input.ts';

/** Two runs of a report, by their places in it, case by case. */
export interface RunComparison extends Comparison {
  readonly base: number;
  readonly candidate: number;
}

/** Each further run against the first; none for a single run. */
export function comparisonsOf({ runs }: ReportInput): RunComparison[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  return others.map(({ run }, index) => ({ base: 0, candidate: index + 1, ...compareRuns(first.run, run) }));
}
