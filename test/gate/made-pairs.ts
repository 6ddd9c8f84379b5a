import type { Decision } from '../../src/gate/decision.ts';
import type { Metric } from '../../src/gate/metric.ts';
import { type Arm, type Conditions, type Observation, type Pair, unknownConditions } from '../../src/gate/pair.ts';

/** A gating latency with a margin of 5 % and no floor, unless told. */
export function latency(given: Partial<Metric> = {}): Metric {
  return {
    scenario: 'digits',
    metric: 'latency_p50',
    unit: 's',
    better: 'lower',
    margin: 0.05,
    floor: 0,
    role: 'gating',
    kind: 'sampled',
    ...given,
  };
}

export function observation(values: Observation['values'], conditions: Partial<Conditions> = {}): Observation {
  return {
    outcome: 'measured',
    values,
    outputs: null,
    stages: {},
    conditions: { ...unknownConditions, ...conditions },
    pid: null,
  };
}

export function madePair(round: number, base: Pair['base'], head: Pair['head'], given: Partial<Pair> = {}): Pair {
  return {
    scenario: 'digits',
    stage: 'look',
    round,
    first: round % 2 === 0 ? 'base' : 'head',
    seed: round,
    base,
    head,
    ...given,
  };
}

/** Rounds of `latency_p50` in which base takes 10 ms and head so many times as long, each with a little of its own. */
export function timesAsLong(times: readonly number[], given: Partial<Pair> = {}): Pair[] {
  return times.map((one, round) =>
    madePair(round, observation({ latency_p50: 0.01 }), observation({ latency_p50: 0.01 * one }), given),
  );
}

/** `count` numbers around `centre` within ± half of `width`, a share of it, the same each time: k · golden ratio modulo 1 fills the range evenly. */
export function around(centre: number, count: number, width = 0.01): number[] {
  return Array.from(
    { length: count },
    (_, index) => centre * (1 + width * (((index * 0.618_033_988_749_895) % 1) - 0.5)),
  );
}

/** With one side of a pair replaced. */
export function withArm(pair: Pair, arm: Arm, side: Pair['base']): Pair {
  return arm === 'base' ? { ...pair, base: side } : { ...pair, head: side };
}

/** The verdict and the codes of the reasons of a decision's only row. */
export function verdictOfOnly({ rows }: Decision): string {
  const [row, second] = rows;
  if (row === undefined || second !== undefined) throw new Error(`Expected one row, got ${rows.length}.`);
  return [row.verdict, ...row.reasons.map(({ code }) => code)].join(' ');
}
