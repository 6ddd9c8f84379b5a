import type { Metric } from '../../src/gate/metric.ts';
import type { StoredArm, StoredRuns, StoredScenario } from '../../src/gate/stored-runs.ts';
import { latency } from './made-pairs.ts';

/** A case of a run by the seconds of its rounds. */
export function arm(seconds: readonly number[], given: Partial<StoredArm> = {}): StoredArm {
  return {
    outcome: 'measured',
    figures: { latency_p50: seconds[0] ?? null },
    rounds: seconds.map((value) => ({ values: { latency_p50: value }, dropped: null })),
    outputs: null,
    stages: {},
    invalid: null,
    ...given,
  };
}

/** Two runs with a gating latency for each case, unless other metrics are given. */
export function madeRuns(
  cases: Readonly<Record<string, Pick<StoredScenario, 'base' | 'head'>>>,
  given: Partial<StoredRuns> & { readonly metrics?: readonly Metric[] } = {},
): StoredRuns {
  const { metrics = Object.keys(cases).map((scenario) => latency({ scenario })), ...rest } = given;
  return {
    base: { name: 'run-a', commit: 'a'.repeat(40) },
    head: { name: 'run-b', commit: 'b'.repeat(40) },
    context: {
      suite: 'digits',
      date: '2026-12-01',
      acknowledgements: [],
      baseContains: {},
      environment: [{ name: 'processor', value: 'A CPU' }],
      differences: [],
      asked: {
        command: 'gate',
        base: 'run-a',
        head: 'run-b',
        suite: null,
        quick: false,
        rounds: null,
        timeBudgetSeconds: null,
        seed: null,
        mergeBase: false,
        acknowledgements: null,
        explain: true,
      },
    },
    settings: { metrics, alpha: 0.05, droppedShare: 0.2 },
    doubts: [],
    scenarios: Object.entries(cases).map(([scenario, { base, head }]) => ({ scenario, base, head })),
    ...rest,
  };
}
