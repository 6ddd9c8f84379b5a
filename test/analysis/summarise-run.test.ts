import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { Cause, RunEvent } from '../../src/results/events.ts';
import { kindOfBareLoop } from '../../src/results/record.ts';
import { serialiseRun } from '../../src/results/result-folder.ts';
import type { Case, Run } from '../../src/results/run.ts';
import {
  measured,
  plan,
  plannedCase,
  preparedEvent,
  proofEvent,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
} from './run-fixture.ts';

const time = { at: '2026-11-21T21:46:30.000Z', t: 30 };
const cause: Cause = { code: 'CRASHED', message: 'It crashed.', exitCode: null, signal: 'SIGSEGV', stderrTail: '' };
/** 20 queries of 1 to 20 ms: mean 10.5 ms, together 210 ms. */
const ramp = Array.from({ length: 20 }, (_, index) => (index + 1) / 1000);

/** A run of one case with rounds of the given latencies, all of which ended well. */
async function runOf(rounds: readonly (readonly number[])[], planned = plannedCase('a'), changes = {}): Promise<Run> {
  const samples = new Samples();
  const events = rounds.flatMap((latencies, round): RunEvent[] => [
    roundStarted(planned.key, round),
    roundFinished(planned.key, round, samples.add(`r${round}`, stream(latencies, planned.axes.batchSize)), changes),
  ]);
  const started = startedEvent(plan([planned], {}, rounds.length));
  return summariseRun([started, preparedEvent(), proofEvent([planned.key]), ...events, runFinished()], samples.read);
}

function only({ cases }: Run): Case {
  const [one] = cases;
  if (one === undefined || cases.length !== 1) throw new Error(`Expected one case, got ${cases.length}.`);
  return one;
}

test('latency, service latency and issue delay are counted from the scheduled and the sent time', async () => {
  const samples = new Samples();
  // Every query is scheduled 2 ms before it is sent.
  const late = stream(ramp).map((record) => ({ ...record, scheduled: record.sent - 0.002 }));
  const file = samples.add('r0', late);
  const events = [
    startedEvent(),
    preparedEvent(),
    proofEvent(['key-a']),
    roundStarted('key-a'),
    roundFinished('key-a', 0, file),
    runFinished(),
  ];
  const one = only(await summariseRun(events, samples.read));
  expect(one.serviceLatency?.mean).toBeCloseTo(0.0105, 12);
  expect(one.latency?.mean).toBeCloseTo(0.0125, 12);
  expect(one.issueDelay?.mean).toBeCloseTo(0.002, 12);
  expect(one.latency?.min).toBeCloseTo(0.003, 12);
  expect(one.latency?.max).toBeCloseTo(0.022, 12);
});

test('a percentile that stands is the nearest rank, one that does not is null with its need', async () => {
  const one = only(await runOf([ramp]));
  expect(one.latency?.p50).toBeCloseTo(0.011, 12); // sorted[floor(20 · 0.5)], counted from 0
  expect(one.latency?.p90).toBeNull();
  expect(one.reasons['latency.p90']).toEqual({ code: 'TOO_FEW_SAMPLES', need: 64, have: 20 });
  expect(one.reasons['latency.p999']).toEqual({ code: 'TOO_FEW_SAMPLES', need: 6636, have: 20 });
  expect(one.latency?.count).toBe(20);
});

test('throughput is items over the window as it was, and one round has no interval', async () => {
  const one = only(await runOf([ramp], plannedCase('a', { axes: { ...plannedCase('a').axes, batchSize: 8 } })));
  expect(one.throughput?.value).toBeCloseTo((20 * 8) / 0.21, 8);
  expect(one.throughput?.ci95).toBeNull();
  expect(one.reasons['throughput.ci95']).toEqual({ code: 'ONE_ROUND', need: 2, have: 1 });
});

test('with rounds, throughput is their mean with its t interval, and latencies are pooled', async () => {
  const slow = ramp.map((seconds) => seconds * 2);
  const one = only(await runOf([ramp, slow]));
  const [fast, half] = [20 / 0.21, 20 / 0.42];
  const mean = (fast + half) / 2;
  expect(one.throughput?.value).toBeCloseTo(mean, 8);
  // t(0.975, 1) = 12.706; the deviation of two values is their distance / √2, so the half width is 12.706 · distance / 2.
  expect(one.throughput?.ci95?.[1]).toBeCloseTo(mean + (12.7062 * (fast - half)) / 2, 2);
  // Its lower end would be 71 − 12.706 · 24 = −231 items/s, which no engine does.
  expect(one.throughput?.ci95?.[0]).toBe(0);
  expect(one.latency?.count).toBe(40);
  expect(one.latency?.mean).toBeCloseTo(0.01575, 12);
  expect(one.rounds.map(({ summary }) => summary?.mean?.toFixed(5))).toEqual(['0.01050', '0.02100']);
});

test('offline has no response time; its service time is that of a batch', async () => {
  const samples = new Samples();
  const records = stream(ramp, 8).map((record) => ({ ...record, scheduled: 0 }));
  const planned = plannedCase('a', { scenario: { kind: 'offline' } });
  const file = samples.add('r0', records);
  const one = only(
    await summariseRun(
      [startedEvent(plan([planned])), roundStarted('key-a'), roundFinished('key-a', 0, file), runFinished()],
      samples.read,
    ),
  );
  expect(one.latency).toBeNull();
  expect(one.issueDelay).toBeNull();
  expect(one.reasons.latency?.code).toBe('NOT_DEFINED_OFFLINE');
  expect(one.serviceLatency?.mean).toBeCloseTo(0.0105, 12);
  expect(one.throughput?.value).toBeCloseTo(160 / 0.21, 8);
  expect(one.rounds[0]?.summary?.p50).toBeCloseTo(0.011, 12);
});

test('each stage has its mean, its median and its share of the service time', async () => {
  const { stages } = only(await runOf([ramp]));
  expect(stages.preprocess?.mean).toBeCloseTo(0.0105 / 4, 12);
  expect(stages.inference?.share).toBeCloseTo(0.5, 12);
  expect(stages.postprocess?.p50).toBeCloseTo(0.011 / 8, 12);
});

test('scope inference has only the one stage', async () => {
  const one = only(await runOf([ramp], plannedCase('a', { scope: 'inference' })));
  expect(one.stages.preprocess).toBeNull();
  expect(one.reasons['stages.postprocess']?.code).toBe('NOT_IN_SCOPE');
  expect(one.stages.inference).not.toBeNull();
});

test('a round that was cut, and one that failed, are listed and never pooled with the others', async () => {
  const samples = new Samples();
  const slow = samples.add('cut', stream(ramp.map((seconds) => seconds * 100)));
  const events: RunEvent[] = [
    startedEvent(plan([plannedCase('a')], {}, 2)),
    preparedEvent(),
    roundStarted('key-a', 0),
    roundFinished('key-a', 0, samples.add('first', stream(ramp))),
    roundStarted('key-a', 1), // the runner is killed here
    { ...time, type: 'run.resumed', environment: startedEvent().environment, preflight: [] },
    { ...time, type: 'round.interrupted', key: 'key-a', round: 1, samples: slow, telemetry: null, why: 'killed' },
    roundStarted('key-a', 1),
    roundFinished('key-a', 1, samples.add('again', stream(ramp))),
    runFinished(),
  ];
  const run = await summariseRun(events, samples.read);
  const one = only(run);
  expect(run.status).toBe('complete');
  expect(one.status).toBe('ok');
  expect(one.rounds.map(({ round, status, samples: file }) => [round, status, file?.file])).toEqual([
    [0, 'ok', 'first'],
    [1, 'interrupted', 'cut'],
    [1, 'ok', 'again'],
  ]);
  expect(one.latency?.count).toBe(40);
  expect(one.latency?.max).toBeCloseTo(0.02, 12);
  expect(one.rounds[1]?.summary).toBeNull();
});

test('a round without an end makes its case and its run interrupted', async () => {
  const run = await summariseRun([startedEvent(), preparedEvent(), roundStarted('key-a')], new Samples().read);
  expect(run).toMatchObject({ status: 'interrupted', finishedAt: null });
  expect(only(run)).toMatchObject({
    status: 'interrupted',
    latency: null,
    rounds: [{ status: 'interrupted', samples: null }],
  });
  expect(only(run).reasons.status).toEqual({ code: 'INTERRUPTED', need: 1, have: 0 });
});

test('a failed round fails its case with the cause, and the other case stands', async () => {
  const samples = new Samples();
  const events: RunEvent[] = [
    startedEvent(plan([plannedCase('a'), plannedCase('b')])),
    preparedEvent(),
    roundStarted('key-a'),
    { ...time, type: 'round.failed', key: 'key-a', round: 0, cause, samples: null, telemetry: null },
    roundStarted('key-b'),
    roundFinished('key-b', 0, samples.add('b', stream(ramp))),
    runFinished(),
  ];
  const run = await summariseRun(events, samples.read);
  expect(run.status).toBe('partial');
  expect(run.cases[0]).toMatchObject({ status: 'failed', cause, latency: null, throughput: null });
  expect(run.cases[0]?.reasons.latency?.code).toBe('CASE_FAILED');
  expect(run.cases[1]).toMatchObject({ status: 'ok', cause: null });
});

test('a process that could not be started is a failed round of unknown order', async () => {
  const events: RunEvent[] = [
    startedEvent(),
    { ...time, type: 'round.failed', key: 'key-a', round: 0, cause, samples: null, telemetry: null },
  ];
  const one = only(await summariseRun(events, new Samples().read));
  expect(one.rounds).toMatchObject([{ status: 'failed', order: null, seed: null }]);
});

test('skipped, unproven and unprepared cases carry their reason or cause', async () => {
  const cases = ['a', 'b', 'c'].map((name) => plannedCase(name));
  const other = plannedCase('d', { workload: 'broken' });
  const events: RunEvent[] = [
    startedEvent(plan([...cases, other])),
    { ...time, type: 'workload.failed', workload: 'broken', cause },
    {
      ...time,
      type: 'case.skipped',
      key: 'key-a',
      reason: { code: 'NOTHING_TO_FUSE', need: 'x', have: 'none' },
      message: '',
    },
    { ...time, type: 'proof.failed', keys: ['key-b'], cause },
    { ...time, type: 'case.failed', key: 'key-c', cause },
    runFinished(),
  ];
  const run = await summariseRun(events, new Samples().read);
  expect(run.cases.map(({ status }) => status)).toEqual(['skipped', 'failed', 'failed', 'failed']);
  expect(run.cases[0]?.reasons.status).toEqual({ code: 'NOTHING_TO_FUSE', need: 'x', have: 'none' });
  expect(run.cases[3]).toMatchObject({ cause, model: null });
});

test('a workload that a resumed run could prepare is not failed any more', async () => {
  const samples = new Samples();
  const events: RunEvent[] = [
    startedEvent(),
    { ...time, type: 'workload.failed', workload: 'digits', cause },
    { ...time, type: 'run.resumed', environment: startedEvent().environment, preflight: [] },
    preparedEvent(),
    roundStarted('key-a'),
    roundFinished('key-a', 0, samples.add('r', stream(ramp))),
    runFinished(),
  ];
  expect(only(await summariseRun(events, samples.read)).status).toBe('ok');
});

test('a run that had no time for all rounds stands on those it has, and says so', async () => {
  const samples = new Samples();
  const events = [
    startedEvent(plan([plannedCase('a')], {}, 3)),
    roundStarted('key-a'),
    roundFinished('key-a', 0, samples.add('r', stream(ramp))),
    runFinished(),
  ];
  const one = only(await summariseRun(events, samples.read));
  expect(one.status).toBe('ok');
  expect(one.reasons.rounds).toEqual({ code: 'ROUNDS_MISSING', need: 3, have: 1 });
});

test('cores, context switches and peak memory are of the finished rounds', async () => {
  const one = only(
    await runOf([ramp, ramp], plannedCase('a'), { memory: { peakRssBytes: 2e8, rssBeforeLoadBytes: null } }),
  );
  expect(one.cpu.coresUsed).toBeCloseTo(1.5, 12); // (1.2 + 0.3) / 1 s in each round
  expect(one.cpu.voluntarySwitchesPerQuery).toBe(2); // 40 / 20
  expect(one.memory.peakRssBytes).toBe(2e8);
  expect(one.coldStart).toEqual(measured.coldStart);
});

test('the overhead of the harness is told by the medians of the two loops, which alternate', async () => {
  const samples = new Samples();
  const pairs = stream(ramp).flatMap((record) => [
    record,
    { ...record, kind: kindOfBareLoop, completed: record.sent + (record.completed - record.sent) * 0.9 },
  ]);
  const planned = plannedCase('a', { scope: 'inference' });
  const settings = plan([planned]);
  const started = startedEvent({ ...settings, policy: { ...settings.policy, bareLoop: 'interleaved' } });
  const file = samples.add('r', pairs);
  const one = only(
    await summariseRun([started, roundStarted('key-a'), roundFinished('key-a', 0, file), runFinished()], samples.read),
  );
  expect(one.overhead?.harnessP50).toBeCloseTo(0.011, 12);
  expect(one.overhead?.bareP50).toBeCloseTo(0.0099, 12);
  expect(one.overhead?.differenceSeconds).toBeCloseTo(0.0011, 12);
  expect(one.overhead?.ratio).toBeCloseTo(1 / 0.9, 10);
  expect(one.overhead?.queries).toBe(20);
  expect(one.latency?.count).toBe(20);
  expect(one.throughput).toBeNull();
  expect(one.reasons['cpu.coresUsed']?.code).toBe('BARE_LOOP_IN_WINDOW');
});

test.each([
  ['p50', 0.011, true],
  ['p50', 0.0109, false],
  ['p99', 1, null],
] as const)('with a limit of %s within %d s, withinLimit is %s', async (percentile, seconds, expected) => {
  const samples = new Samples();
  const started = startedEvent(
    plan([plannedCase('a')], { limits: { latency: { percentile, seconds: seconds + 1e-9 } } }),
  );
  const file = samples.add('r', stream(ramp));
  const one = only(
    await summariseRun([started, roundStarted('key-a'), roundFinished('key-a', 0, file), runFinished()], samples.read),
  );
  expect(one.withinLimit).toBe(expected);
  if (expected === null) expect(one.reasons.withinLimit).toEqual({ code: 'TOO_FEW_SAMPLES', need: 662, have: 20 });
});

test('accuracy and fidelity are those of the proof', async () => {
  const one = only(await runOf([ramp]));
  // The case is the reference of its workload.
  expect(one.accuracy).toEqual({ metric: 'top1', value: 0.98, items: 1000, reference: 0.98 });
  expect(one.fidelity?.cosine).toBe(1);
  expect(one.reasons['fidelity.sqnrDb']?.code).toBe('BIT_EQUAL');
  expect(one.operators).toEqual({ Conv: 2 });
});

test('without a proof there is no accuracy, and the reason tells whether one was asked for', async () => {
  const settings = plan([plannedCase('a')]);
  const asked = only(await summariseRun([startedEvent(settings)], new Samples().read));
  const notAsked = only(
    await summariseRun(
      [startedEvent({ ...settings, policy: { ...settings.policy, proof: false } })],
      new Samples().read,
    ),
  );
  expect(asked.reasons.accuracy?.code).toBe('NOT_PROVEN');
  expect(notAsked.reasons.accuracy?.code).toBe('PROOF_OFF');
});

test('each family has its verdict, and those with nothing to judge say why', async () => {
  const one = only(await runOf([ramp]));
  expect(one.verdicts).toMatchObject({ load: 'valid', energy: null, configuration: 'valid', integrity: 'valid' });
  expect(one.reasons['verdicts.telemetry']?.code).toBe('NOT_SAMPLED');
  expect(one.findings?.map(({ code }) => code)).toContain('CACHING_NOT_AUDITED');
});

test('what speaks against a family is found, with the round that it is of', async () => {
  const one = only(await runOf([ramp, ramp], plannedCase('a'), { clockRatioError: 0.02 }));
  expect(one.verdicts.load).toBe('invalid');
  expect(one.findings?.filter(({ code }) => code === 'CLOCKS_DISAGREE').map(({ round }) => round)).toEqual([0, 1]);
});

test('every null in a case has its path in reasons, whatever became of the case', async () => {
  const samples = new Samples();
  const cases = ['ok', 'failed', 'skipped', 'cut', 'unstarted'].map((name) => plannedCase(name));
  const events: RunEvent[] = [
    startedEvent(plan(cases, { limits: { latency: { percentile: 'p99', seconds: 1 } } })),
    preparedEvent(),
    proofEvent(['key-ok', 'key-failed'], {
      accuracy: null,
      effective: { fusion: { value: null, evidence: 'unverified' } },
    }),
    roundStarted('key-ok'),
    roundFinished('key-ok', 0, samples.add('r', stream(ramp.slice(0, 5))), {
      memory: { peakRssBytes: null, rssBeforeLoadBytes: null },
    }),
    roundStarted('key-failed'),
    { ...time, type: 'round.failed', key: 'key-failed', round: 0, cause, samples: null, telemetry: null },
    { ...time, type: 'case.skipped', key: 'key-skipped', reason: { code: 'X', need: null, have: null }, message: '' },
    roundStarted('key-cut'),
    { ...time, type: 'round.failed', key: 'key-unstarted', round: 0, cause, samples: null, telemetry: null },
  ];
  const run = await summariseRun(events, samples.read);
  for (const one of run.cases) {
    // A finding is no figure: that it is of the whole case, or needs nothing, is told by a null.
    const { cause: _cause, findings: _findings, reasons, ...figures } = one;
    const withoutReason = nullPaths(figures).filter((path) => reasons[path] === undefined);
    expect({ id: one.id, withoutReason }).toEqual({ id: one.id, withoutReason: [] });
  }
  expect(run.cases.map(({ status }) => status)).toEqual(['ok', 'failed', 'skipped', 'interrupted', 'failed']);
});

function nullPaths(value: unknown, path = ''): string[] {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => nullPaths(inner, path === '' ? key : `${path}.${key}`));
}

test('the same events and samples give the same bytes', async () => {
  const run = await runOf([ramp, ramp.map((seconds) => seconds * 1.1)]);
  expect(serialiseRun(await runOf([ramp, ramp.map((seconds) => seconds * 1.1)]))).toBe(serialiseRun(run));
});

test('the keys of a run and of a case stand in the order of their types', async () => {
  const run = await runOf([ramp]);
  expect(Object.keys(run).slice(0, 6)).toEqual([
    'schemaVersion',
    'runId',
    'dynoVersion',
    'startedAt',
    'finishedAt',
    'status',
  ]);
  expect(Object.keys(only(run)).slice(-4)).toEqual(['verdicts', 'findings', 'withinLimit', 'reasons']);
  expect(run).toMatchObject({ finishedAt: '2026-11-21T21:47:00.000Z', profiles: ['local'] });
});

test('an event of a case that the plan does not have is EVENTS_CORRUPT', async () => {
  await expect(summariseRun([startedEvent(), roundStarted('key-other')], new Samples().read)).rejects.toMatchObject({
    code: 'EVENTS_CORRUPT',
  });
});

test('samples that lack rows or columns are SAMPLES_CORRUPT', async () => {
  const samples = new Samples();
  const file = { ...samples.add('r', stream(ramp)), rows: 21 };
  const events = [startedEvent(), roundStarted('key-a'), roundFinished('key-a', 0, file)];
  await expect(summariseRun(events, samples.read)).rejects.toThrow(/Expected r to have 21 rows, got 20/);
});

test('a run without events is RUN_EMPTY', async () => {
  await expect(summariseRun([], new Samples().read)).rejects.toMatchObject({ code: 'RUN_EMPTY' });
});

test('the rules of the gate that the plan keeps are those of the run, and a plan without them leaves them out', async () => {
  const gate = { metrics: [{ metric: 'latency_p50', margin: '8%' }], alpha: 0.01 };
  const withRules = startedEvent(plan([plannedCase('a')], { gate }));
  expect(await summariseRun([withRules, runFinished()], new Samples().read)).toHaveProperty('gate', gate);
  expect(await summariseRun([startedEvent(), runFinished()], new Samples().read)).not.toHaveProperty('gate');
});
