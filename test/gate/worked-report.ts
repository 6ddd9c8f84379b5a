import type { Acknowledgement } from '../../src/gate/acknowledgements.ts';
import { decide } from '../../src/gate/decide.ts';
import type { Decision } from '../../src/gate/decision.ts';
import type { GateReport } from '../../src/gate/gate-report.ts';
import type { Metric } from '../../src/gate/metric.ts';
import { type Observation, type Pair, type Stage, unknownConditions } from '../../src/gate/pair.ts';
import { defaultSettings, type GateSettings } from '../../src/gate/settings.ts';
import { settle, type Today } from '../../src/gate/settle.ts';
import { stageChanges } from '../../src/gate/stage-changes.ts';
import { type Generator, generator, normal } from '../../src/stats/random.ts';

/** How a row is made: what base has, how many times as much head has, and the deviation of a process's logarithm. */
export interface WorkedRow extends Partial<Metric> {
  readonly scenario: string;
  readonly metric: string;
  /** null: base has no such metric. */
  readonly base: number | null;
  /** null: head has no such metric. */
  readonly times: number | null;
  readonly noise: number;
}

export interface WorkedGate {
  readonly settings: GateSettings;
  readonly pairs: readonly Pair[];
  readonly decision: Decision;
}

/** Scenarios whose head gives other answers than base. */
export type Wrong = readonly string[];

/** Measures made-up rows as long as the gate asks for more. */
export function workedGate(rows: readonly WorkedRow[], { wrong = [] }: { wrong?: Wrong } = {}): WorkedGate {
  const settings: GateSettings = { ...defaultSettings, metrics: rows.map(metricOf) };
  const pairs: Pair[] = [];
  const source = generator(5);
  for (;;) {
    const decision = decide(settings, pairs);
    const { next } = decision;
    if (next.kind === 'done') return { settings, pairs, decision };
    const stage: Stage = next.kind === 'confirm' ? 'confirm' : 'look';
    for (const scenario of next.scenarios) {
      for (let count = 0; count < next.rounds; count++) {
        const round = pairs.filter((pair) => pair.scenario === scenario && pair.stage === stage).length;
        const own = rows.filter((row) => row.scenario === scenario);
        const first = round % 2 === 0 ? 'base' : 'head';
        const base = observation(own, 'base', 'a', source);
        const head = observation(own, 'head', wrong.includes(scenario) ? 'b' : 'a', source);
        pairs.push({ scenario, stage, round, first, seed: round, base, head });
      }
    }
  }
}

/** A suite with a row of each ending but `accepted`, one that was removed and one that is new. Its verdict is `regressed`. */
export const workedRows: readonly WorkedRow[] = [
  { scenario: 'vision', metric: 'latency_p50', base: 0.02, times: 1.15, noise: 0.01 },
  { scenario: 'vision', metric: 'peak_rss', unit: 'bytes', floor: 2 ** 20, base: 2e8, times: 1, noise: 0.002 },
  { scenario: 'vision', metric: 'latency_p90', role: 'informational', base: 0.03, times: 1.15, noise: 0.01 },
  {
    scenario: 'text',
    metric: 'throughput',
    unit: 'items/s',
    better: 'higher',
    floor: 0,
    base: 400,
    times: 1.25,
    noise: 0.01,
  },
  { scenario: 'speech', metric: 'latency_p50', base: 0.3, times: 1.04, noise: 0.05 },
  { scenario: 'tables', metric: 'latency_p50', base: 0.1, times: 0.5, noise: 0.01 },
  {
    scenario: 'vision',
    metric: 'model_bytes',
    unit: 'bytes',
    kind: 'exact',
    margin: 0,
    floor: 0,
    base: 46_837_500,
    times: 1,
    noise: 0,
  },
  {
    scenario: 'text',
    metric: 'operators',
    unit: 'count',
    kind: 'exact',
    margin: 0,
    floor: 0,
    base: 120,
    times: 1.05,
    noise: 0,
  },
  { scenario: 'text', metric: 'load_time', base: 1, times: null, noise: 0.01 },
  { scenario: 'text', metric: 'first_token', base: null, times: 1, noise: 0.01 },
];

export const workedWrong: Wrong = ['tables'];

/** A report of a gate that was measured, with the machine made up. */
export function reportOf(
  { settings, pairs, decision }: WorkedGate,
  entries: readonly Acknowledgement[] = [],
  today: Today = { date: '2026-11-22', baseContains: () => null },
): GateReport {
  const flagged = decision.rows.filter(({ verdict }) => verdict === 'regressed').map(({ metric }) => metric.scenario);
  return {
    suite: 'own models',
    base: { name: 'main', commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d' },
    head: { name: 'working tree', commit: null },
    settings,
    decision,
    settled: settle(decision, entries, today),
    environment: [
      { name: 'CPU', value: 'Xeon E5-2673 v4, 2 cores' },
      { name: 'Node', value: 'v20.20.0' },
    ],
    differences: [{ what: 'onnxruntime-node', base: '1.29.0', head: '1.30.0' }],
    stages: Object.fromEntries(flagged.map((scenario) => [scenario, stageChanges(pairs, scenario)])),
  };
}

/** An entry for a row of the worked suite. */
export function accepting(scenario: string, metric: string, changed: Partial<Acknowledgement> = {}): Acknowledgement {
  const until = { kind: 'date', date: '2026-12-31' } as const;
  return {
    scenario,
    metric,
    accepted: 0.2,
    until,
    reason: 'A more precise filter.',
    where: 'accepted.yaml:2:5',
    ...changed,
  };
}

function metricOf({ base: _base, times: _times, noise: _noise, ...named }: WorkedRow): Metric {
  const usual = { unit: 's', better: 'lower', margin: 0.05, floor: 1e-4, role: 'gating', kind: 'sampled' } as const;
  return { ...usual, ...named };
}

function observation(
  rows: readonly WorkedRow[],
  arm: 'base' | 'head',
  outputs: string,
  source: Generator,
): Observation {
  const values = Object.fromEntries(
    rows.flatMap(({ metric, base, times, noise }) => {
      const typical = arm === 'base' ? base : times === null ? null : (base ?? 1) * times;
      return typical === null
        ? []
        : [[metric, noise === 0 ? typical : typical * Math.exp(noise * normal(source))] as const];
    }),
  );
  const { latency_p50: latency } = values;
  return {
    outcome: 'measured',
    values,
    outputs: outputs.repeat(64),
    // All that head needs more, it needs before the inference.
    stages: latency === undefined ? {} : { inference: 0.012, preprocess: latency - 0.012 },
    conditions: unknownConditions,
    pid: null,
  };
}
