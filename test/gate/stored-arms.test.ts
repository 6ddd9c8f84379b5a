import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import { defaultLimits } from '../../src/gate/settings.ts';
import { alignedRuns, storedScenarios } from '../../src/gate/stored-arms.ts';
import type { StoredArm } from '../../src/gate/stored-runs.ts';
import type { RunEvent } from '../../src/results/events.ts';
import type { Case, Run, VerdictFinding } from '../../src/results/run.ts';
import {
  plan,
  plannedCase,
  preparedEvent,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
} from '../analysis/run-fixture.ts';

/** A run of a case with the time of a query in each of its rounds. */
async function runOf(seconds: readonly number[]): Promise<Run> {
  const samples = new Samples();
  const events = seconds.flatMap((latency, round): RunEvent[] => [
    roundStarted('key-a', round),
    roundFinished('key-a', round, samples.add(`${round}`, stream(new Array(70).fill(latency)))),
  ]);
  const started = startedEvent(plan([plannedCase('a')], {}, seconds.length));
  const run = await summariseRun([started, preparedEvent(), ...events, runFinished()], samples.read);
  // Nothing was sampled here; what that says of the case is no matter of this test.
  const valid = Object.fromEntries(Object.keys(run.cases[0]?.verdicts ?? {}).map((family) => [family, 'valid']));
  return withCase(run, { verdicts: valid as Case['verdicts'], findings: [], reasons: {} });
}

function withCase(run: Run, change: Partial<Case>): Run {
  return { ...run, cases: run.cases.map((one) => ({ ...one, ...change })) };
}

function headOf(base: Run, head: Run): StoredArm {
  const [scenario] = storedScenarios(alignedRuns(base, head), defaultLimits);
  if (scenario?.head?.outcome !== 'measured') throw new Error('Expected head to be measured.');
  return scenario.head;
}

const run = await runOf([0.01, 0.011, 0.012, 0.013]);

test('a round has the figures that the gate knows by name, in the order in which they were measured', () => {
  const { rounds, figures } = headOf(run, run);
  expect(rounds.map(({ values }) => values.latency_p50)).toEqual([0.01, 0.011, 0.012, 0.013].map(close));
  expect(Object.keys(rounds[0]?.values ?? {}).sort()).toEqual(['latency_p50', 'latency_p90', 'peak_rss', 'throughput']);
  expect(rounds[0]?.values.throughput).toBeCloseTo(100, 6);
  expect(figures).toHaveProperty('model_bytes', 1000);
});

function close(value: number): unknown {
  return expect.closeTo(value, 9);
}

test('rounds that were interrupted or failed do not count', () => {
  const rounds = run.cases[0]?.rounds.map((round, index) =>
    index === 1 ? { ...round, status: 'failed' as const } : round,
  );
  expect(headOf(run, withCase(run, { rounds: rounds ?? [] })).rounds).toHaveLength(3);
});

test.each([
  ['CPU_STEAL', 0.5, { code: 'CPU_STEAL', need: 0.02, have: 'head: 0.5' }],
  ['CPU_STEAL', 0.015, null],
  ['FOREIGN_LOAD', 1, { code: 'FOREIGN_CPU', need: 0.1, have: 'head: 0.5' }],
  ['FOREIGN_LOAD', 0.15, null],
  ['CPU_THROTTLED', 0.1, { code: 'CPU_THROTTLED', need: null, have: 'head: told' }],
  ['DEVICE_THROTTLED', null, { code: 'GPU_THERMAL', need: null, have: 'head: told' }],
  ['TREND_UP', 0.1, null],
])('a round with the finding %s at %s is void where the gate would void a pair', (code, have, wanted) => {
  const finding: VerdictFinding = {
    family: 'telemetry',
    severity: 'degraded',
    ...{ code, need: 0, have, round: 2, message: 'told', nextStep: '' },
  };
  const { rounds } = headOf(run, withCase(run, { findings: [finding] }));
  expect(rounds.map(({ dropped }) => dropped)).toEqual([null, null, wanted, null]);
});

test('an invalid case says which verdict it has', () => {
  const invalid = withCase(run, {
    verdicts: { ...(run.cases[0] as Case).verdicts, load: 'invalid' },
    reasons: { 'verdicts.load': { code: 'UNSERVED', need: null, have: null } },
  });
  expect(headOf(run, run).invalid).toBeNull();
  expect(headOf(run, invalid).invalid).toEqual({ code: 'CASE_INVALID', need: null, have: 'head: load (UNSERVED)' });
});

test('cases of one name that are not the same case are not compared', () => {
  const other = withCase(run, { key: 'another-key' });
  const scenarios = storedScenarios(alignedRuns(run, other), defaultLimits);
  expect(scenarios.map(({ scenario, base, head }) => [scenario, base !== null, head !== null])).toEqual([
    ['digits/a (another-)', false, true],
    ['digits/a (key-a)', true, false],
  ]);
});

test('published and projected cases never enter', () => {
  expect(storedScenarios(alignedRuns(withCase(run, { provenance: 'published' }), run), defaultLimits)).toMatchObject([
    { scenario: 'digits/a', base: null },
  ]);
  const projected = [{ ...(run.cases[0] as Case), id: 'projected' }] as unknown as NonNullable<Run['projected']>;
  expect(storedScenarios(alignedRuns(run, { ...run, projected }), defaultLimits)).toHaveLength(1);
});
