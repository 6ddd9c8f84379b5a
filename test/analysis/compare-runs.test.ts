import { expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { RunEvent, VariantRecord } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import {
  environment,
  plan,
  plannedCase,
  preparedEvent,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
  variant,
} from './run-fixture.ts';

/** A run of cases by name with the time of a query in each round; no times: the case was never measured. */
async function runOf(cases: Readonly<Record<string, readonly number[]>>, changes: Partial<Run> = {}): Promise<Run> {
  const samples = new Samples();
  const rounds = Math.max(1, ...Object.values(cases).map((seconds) => seconds.length));
  const events = Object.entries(cases).flatMap(([name, seconds]): RunEvent[] =>
    seconds.flatMap((latency, round) => [
      roundStarted(`key-${name}`, round),
      roundFinished(`key-${name}`, round, samples.add(`${name}-${round}`, stream(new Array(20).fill(latency)))),
    ]),
  );
  const started = startedEvent(
    plan(
      Object.keys(cases).map((name) => plannedCase(name)),
      {},
      rounds,
    ),
  );
  return { ...(await summariseRun([started, preparedEvent(), ...events, runFinished()], samples.read)), ...changes };
}

test('with one round the ratio describes, without an interval, and says so', async () => {
  const { rows } = compareRuns(await runOf({ a: [0.01] }), await runOf({ a: [0.02] }));
  expect(rows).toHaveLength(1);
  expect(rows[0]?.latency).toMatchObject({ low: null, high: null, reason: { code: 'ONE_ROUND', need: 4, have: 1 } });
  expect(rows[0]?.latency.value).toBeCloseTo(2, 10);
  expect(rows[0]?.throughput.value).toBeCloseTo(0.5, 10);
});

test('three rounds of each have no interval, and the reason says how many would do', async () => {
  const { rows } = compareRuns(await runOf({ a: [0.01, 0.01, 0.01] }), await runOf({ a: [0.02, 0.02, 0.02] }));
  // One of the 20 orders on either side: 5 %, more than the 2.5 % that the interval may leave out there.
  expect(rows[0]?.latency).toMatchObject({ low: null, reason: { code: 'TOO_FEW_ROUNDS', need: 4, have: 3 } });
  expect(rows[0]?.latency.value).toBeCloseTo(2, 10);
});

test('where rounds were asked for and lost, the run that lost them is named', async () => {
  const four = [0.01, 0.01, 0.01, 0.01];
  const { rows } = compareRuns(
    await runOf({ a: [0.01, 0.01], b: four }),
    await runOf({ a: [0.02, 0.02, 0.02, 0.02], b: four }),
  );
  expect(rows[0]?.throughput.reason).toEqual({ code: 'ROUNDS_LOST', need: 4, have: 'base: 2 of 4' });
  expect(rows[1]?.throughput.reason).toBeNull();
  const { rows: oneAsked } = compareRuns(await runOf({ a: [0.01] }), await runOf({ a: four }));
  expect(oneAsked[0]?.throughput.reason?.code).toBe('ONE_ROUND');
});

test('with four rounds the ratio is the median of all ratios, and its interval the exact one of the rank-sum test', async () => {
  const base = [0.01, 0.0101, 0.0102, 0.0103];
  const candidate = [0.012, 0.0121, 0.0122, 0.0123];
  const { rows } = compareRuns(await runOf({ a: base }), await runOf({ a: candidate }));
  const { value, low, high, reason } = rows[0]?.latency ?? {};
  expect(reason).toBeNull();
  // 1 of 70 orders lies on either side, 2 / 70 would be too many: the outermost ratios.
  expect(low).toBeCloseTo(0.012 / 0.0103, 8);
  expect(high).toBeCloseTo(0.0123 / 0.01, 8);
  const ratios = candidate.flatMap((one) => base.map((other) => one / other)).sort((x, y) => x - y);
  expect(value).toBeCloseTo(Math.sqrt((ratios[7] ?? 0) * (ratios[8] ?? 0)), 8);
});

test('cases of only one run are named, and so are those that were not measured in both', async () => {
  const { rows, onlyInBase, onlyInCandidate } = compareRuns(
    await runOf({ a: [0.01], b: [0.01] }),
    await runOf({ b: [], c: [0.01] }),
  );
  expect(onlyInBase).toEqual(['digits/a']);
  expect(onlyInCandidate).toEqual(['digits/c']);
  expect(rows.map(({ id, throughput }) => [id, throughput.value, throughput.reason?.code])).toEqual([
    ['digits/b', null, 'CASE_INTERRUPTED'],
  ]);
});

test('a case that is invalid in one of the runs has no ratio, which would look like a speed-up', async () => {
  const [base, candidate] = [await runOf({ a: [1, 1.1] }), await runOf({ a: [2, 2.1] })];
  const invalid = (family: 'load' | 'energy') => ({
    ...candidate,
    cases: candidate.cases.map((one) => ({ ...one, verdicts: { ...one.verdicts, [family]: 'invalid' as const } })),
  });
  expect(compareRuns(base, invalid('load')).rows[0]?.throughput).toMatchObject({
    value: null,
    reason: { code: 'CASE_INVALID', have: 'load' },
  });
  expect(compareRuns(base, invalid('energy')).rows[0]?.throughput.value).not.toBeNull();
});

test('searches that found two rates compare by them, not by latencies under different load', async () => {
  const found = async (rate: number, seconds: number): Promise<Run> => {
    const run = await runOf({ a: [seconds] });
    return {
      ...run,
      cases: run.cases.map((one) => ({
        ...one,
        scenario: { kind: 'server', arrivals: { kind: 'poisson', normalise: false }, rate: 'search' },
        search: { rate, probes: [] },
      })),
    };
  };
  const [slower, faster] = [await found(50, 0.02), await found(100, 0.01)];
  const [row] = compareRuns(slower, faster).rows;
  expect(row?.latency).toMatchObject({ value: null, reason: { code: 'RATES_DIFFER', need: 50, have: 100 } });
  expect(row?.throughput.value).toBeCloseTo(2, 10);
  // At one rate, latencies compare.
  expect(compareRuns(slower, await found(50, 0.01)).rows[0]?.latency.value).toBeCloseTo(0.5, 10);
});

test('a search for another limit differs around the cases', async () => {
  const base = await runOf({ a: [0.01] });
  const other: Run = { ...base, limits: { ...base.limits, latency: { percentile: 'p99', seconds: 0.02 } } };
  expect(compareRuns(base, other).environmentDifferences).toEqual([
    { field: 'limits.latency', base: 'none', candidate: 'p99 within 20 ms' },
  ]);
});

test('other data and another model are each listed once a workload', async () => {
  const base = await runOf({ a: [0.01], b: [0.01] });
  expect(base.cases[0]?.data).toEqual({ sha256: '0', items: 10 });
  const other = await runOf({ a: [0.01], b: [0.01] });
  const changed: Run = {
    ...other,
    cases: other.cases.map((one) => ({
      ...one,
      model: one.model && { ...one.model, sha256: 'c'.repeat(64) },
      data: { sha256: 'd'.repeat(64), items: 12 },
    })),
  };
  expect(compareRuns(base, changed).environmentDifferences).toEqual([
    { field: 'model of digits', base: 'a'.repeat(12), candidate: 'c'.repeat(12) },
    { field: 'data of digits', base: '0 (10 items)', candidate: `${'d'.repeat(12)} (12 items)` },
  ]);
});

test('what was made of a model is told where it differs, once for all cases that load it', async () => {
  const withVariant = (run: Run, variants: readonly (VariantRecord | null)[]): Run => ({
    ...run,
    cases: run.cases.map((one, index) => {
      const axes = { ...one.axes, layout: 'engine', hygiene: 'on', batchSize: index };
      return { ...one, axes, variant: variants[index] ?? null };
    }),
  });
  const run = await runOf({ a: [0.01], b: [0.01], c: [0.01] });
  const other = { ...variant, sha256: 'f'.repeat(64) };
  const differences = (base: readonly (VariantRecord | null)[], candidate: readonly (VariantRecord | null)[]) =>
    compareRuns(withVariant(run, base), withVariant(run, candidate)).environmentDifferences;
  expect(differences([variant, variant, variant], [variant, variant, variant])).toEqual([]);
  expect(differences([variant, variant, variant], [other, other, other])).toEqual([
    { field: 'model of digits (fp32, fusion on)', base: 'dddddddddddd', candidate: 'ffffffffffff' },
  ]);
  expect(differences([null, null, null], [variant, variant, variant])).toEqual([
    { field: 'model of digits (fp32, fusion on)', base: 'as in the file', candidate: 'dddddddddddd' },
  ]);
  // A case of only one of the runs is no difference around the others.
  const fewer = { ...run, cases: run.cases.slice(0, 1) };
  expect(compareRuns(withVariant(fewer, [null]), run).environmentDifferences).toEqual([]);
});

test('the data of a workload that was never prepared is null with a reason', async () => {
  const run = await summariseRun([startedEvent(), runFinished()], new Samples().read);
  expect(run.cases[0]?.data).toBeNull();
  expect(run.cases[0]?.reasons.data?.code).toBe('WORKLOAD_NOT_PREPARED');
});

test('what differs around the runs is listed by its path, and equal surroundings are not', async () => {
  const base = await runOf({ a: [0.01] });
  expect(compareRuns(base, base).environmentDifferences).toEqual([]);
  const other = await runOf(
    { a: [0.01] },
    {
      environment: {
        ...environment,
        fingerprint: 'f2',
        versions: { node: '22.0.0' },
        cpu: { ...environment.cpu, governor: 'performance' },
      },
    },
  );
  expect(compareRuns(base, other).environmentDifferences).toEqual([
    { field: 'environment.cpu.governor', base: 'not known', candidate: 'performance' },
    { field: 'environment.versions.node', base: '20.20.2', candidate: '22.0.0' },
  ]);
});
