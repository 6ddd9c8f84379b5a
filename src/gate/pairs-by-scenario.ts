import { InputError } from '../kernel/errors.ts';
import type { OneSided } from './decision.ts';
import type { Metric } from './metric.ts';
import { type Arm, type Pair, type Stage, toldValue } from './pair.ts';

/** The pairs of one scenario by stage, each by round. */
export type ScenarioPairs = Readonly<Record<Stage, readonly Pair[]>>;

/**
 * Sorts a log into scenarios, stages and rounds: in which order its lines came does not matter. Every scenario that is to be judged has an
 * entry. Throws `GATE_LOG_INVALID` for a round that stands there twice or not at all, and for a scenario that the settings do not know, and
 * `NOT_FRESH_PROCESSES` where one process measured more than once: its figures vary less than those of the next process, and an interval of them
 * would find a regression between equal versions more often than not.
 */
export function pairsByScenario(metrics: readonly Metric[], pairs: readonly Pair[]): Map<string, ScenarioPairs> {
  const found = new Map<string, Record<Stage, Pair[]>>();
  for (const { scenario } of metrics) if (!found.has(scenario)) found.set(scenario, { look: [], confirm: [] });
  for (const pair of pairs) {
    const stages = found.get(pair.scenario);
    if (stages === undefined) {
      const known = [...found.keys()].join(', ');
      throw new InputError(
        'GATE_LOG_INVALID',
        `A pair is of the scenario ${JSON.stringify(pair.scenario)}, which no metric of the settings belongs to. Known: ${known}.`,
      );
    }
    stages[pair.stage].push(pair);
  }
  for (const [scenario, stages] of found) {
    for (const stage of ['look', 'confirm'] as const) {
      stages[stage].sort((a, b) => a.round - b.round);
      const wrong = stages[stage].findIndex(({ round }, index) => round !== index);
      if (wrong !== -1) {
        throw new InputError(
          'GATE_LOG_INVALID',
          `Expected the ${stage} rounds of ${JSON.stringify(scenario)} to be 0, 1, 2 …, each once; got ${stages[stage][wrong]?.round} for ${wrong}.`,
        );
      }
      checkFreshProcesses(scenario, stage, stages[stage]);
    }
  }
  return found;
}

/** Neighbours in time only: after many processes a system gives the same numbers again. */
function checkFreshProcesses(scenario: string, stage: Stage, pairs: readonly Pair[]): void {
  let before: number | null = null;
  for (const { round, first, base, head } of pairs) {
    for (const { pid } of first === 'base' ? [base, head] : [head, base]) {
      if (pid !== null && pid === before) {
        throw new InputError(
          'NOT_FRESH_PROCESSES',
          `Expected every figure of ${JSON.stringify(scenario)} to be of a fresh process; in ${stage} round ${round}, process ${pid} measured again. ` +
            'Let the command end after each round: repetitions within one process are no independent samples.',
        );
      }
      before = pid;
    }
  }
}

/** Metrics by which versions have them. A version none of whose processes ended well is taken to have all. */
export interface Presence {
  readonly both: readonly Metric[];
  readonly neither: readonly Metric[];
  readonly removed: readonly OneSided[];
  readonly added: readonly OneSided[];
}

/** Which metrics base and head have: those that some process of it gave an entry for. */
export function presence(metrics: readonly Metric[], scenarios: ReadonlyMap<string, ScenarioPairs>): Presence {
  const sorted = { both: [] as Metric[], neither: [] as Metric[], removed: [] as OneSided[], added: [] as OneSided[] };
  for (const metric of metrics) {
    const stages = scenarios.get(metric.scenario);
    const pairs = stages === undefined ? [] : [...stages.look, ...stages.confirm];
    const [inBase, inHead] = [isIn(metric, pairs, 'base'), isIn(metric, pairs, 'head')];
    const named = { scenario: metric.scenario, metric: metric.metric };
    if (inBase && inHead) sorted.both.push(metric);
    else if (inBase) sorted.removed.push(named);
    else if (inHead) sorted.added.push(named);
    else sorted.neither.push(metric);
  }
  return sorted;
}

function isIn({ metric }: Metric, pairs: readonly Pair[], arm: Arm): boolean {
  const measured = pairs.flatMap((pair) => (pair[arm].outcome === 'measured' ? [pair[arm]] : []));
  return measured.length === 0 || measured.some((one) => toldValue(one, metric) !== undefined);
}
