import { expect, test } from 'vitest';
import { Reasons } from '../../../src/analysis/reasons.ts';
import type { Evidence } from '../../../src/analysis/verdicts/evidence.ts';
import { judgeCase } from '../../../src/analysis/verdicts/judge-case.ts';
import type { Reason } from '../../../src/results/events.ts';
import { device, evidence, figures, quiet, reason, round, served, spinning, steady } from './evidence-fixture.ts';

/** Codes of what is found of a case that differs from one without a flaw in this. */
function codes(changes: Partial<Evidence>): string[] {
  return judgeCase(evidence(changes), new Reasons()).findings.map(({ code }) => code);
}

function step(changes: Partial<Evidence>): string | undefined {
  return judgeCase(evidence(changes), new Reasons()).findings[0]?.nextStep;
}

const { policy } = evidence();

test('clocks may differ by what the wall clock’s millisecond makes of the window', () => {
  // Over 1 s a step of 1 ms is 0.1 % by itself: 0.19 % may be 0.09 %, 0.21 % is 0.11 % at least.
  const clocks = (clockRatioError: number | null) =>
    codes({ rounds: [round({ measured: { clockRatioError, windowSeconds: 1 }, summary: { mean: 0.00099 } })] });
  expect(clocks(0.0019)).toEqual([]);
  expect(clocks(0.0021)).toEqual(['CLOCKS_DIFFER']);
  expect(clocks(-0.0021)).toEqual(['CLOCKS_DIFFER']);
  expect(clocks(null)).toEqual([]);
});

test('a window that reached its greatest length with enough queries is no finding', () => {
  const bounds = (minQueries: number) =>
    codes({ policy: { ...policy, window: { minQueries, minSeconds: 1, maxSeconds: 10 } } });
  expect(bounds(1000)).toEqual([]);
  expect(bounds(1001)).toEqual(['WINDOW_CUT_OFF']);
});

test('a window that was cut off says how long it should be at the rate that was seen', () => {
  // 1,000 queries in 10 s: 3,000 take 30 s, and a tenth to spare.
  const window = { minQueries: 3000, minSeconds: 1, maxSeconds: 10 };
  expect(step({ policy: { ...policy, window } })).toContain('`--set policy.window.max_duration=33s`');
});

test('a load that was stopped is called so, and not too short as well', () => {
  const rounds = [round({ measured: { windowSeconds: 3, generator: { ...spinning, stopped: 'QUEUE_FULL' } } })];
  const environment = { ...evidence().environment, cpu: { ...evidence().environment.cpu, availableCores: 4 } };
  const window = { minQueries: 10, minSeconds: 5, maxSeconds: 60 };
  expect(codes({ figures: served(), rounds, environment, policy: { ...policy, window } })).toEqual(['QUEUE_FULL']);
});

test('queues that grow in a window too short to stop the load make it over-saturated all the same', () => {
  const growth = { inFlightSlope: 12, latencySlope: 0.1, significant: true, seconds: 10 };
  expect(codes({ figures: served({ overSaturation: growth }) })).toEqual(['OVER_SATURATED']);
  expect(codes({ figures: served({ overSaturation: { ...growth, significant: false } }) })).toEqual([]);
});

test('the time of the last answer does not count as falling behind', () => {
  // Eleven queries in 5 s, each 0.4 s: the last is done at 5.4 s, which makes 1.85 a second of 2; at 5.7 s somebody has waited.
  const slow = (lastCompleted: number) => {
    const { serviceLatency } = figures();
    const service = serviceLatency === null ? null : { ...serviceLatency, count: 11, mean: 0.4 };
    return codes({
      figures: served(
        { targetRate: 2, scheduledRate: 2, completedRate: 10 / lastCompleted },
        { scenario: { kind: 'server', arrivals: { kind: 'constant' }, rate: 2 }, serviceLatency: service },
      ),
      rounds: [round({ measured: { queries: 11 } })],
    });
  };
  expect(slow(5.4)).toEqual([]);
  expect(slow(5.7)).toEqual(['RATE_NOT_KEPT']);
});

test('a schedule of constant gaps has no chance to blame, one whose rate changes is not held against its last rate', () => {
  const rate = (kind: string, scheduledRate: number) =>
    codes({
      figures: served(
        { scheduledRate, completedRate: scheduledRate },
        { scenario: { kind: 'server', arrivals: { kind }, rate: 100 } },
      ),
    });
  expect(rate('constant', 96)).toEqual([]);
  expect(rate('constant', 94)).toEqual(['RATE_OFF_TARGET']);
  expect(rate('poisson', 94)).toEqual(['RATE_OFF_BY_CHANCE']);
  expect(rate('ramp', 50)).toEqual([]);
});

test('one per cent of late queries is allowed, and a scenario that answers to the system has none', () => {
  const late = (share: number) => ({ late: { limitSeconds: 0.001, share, worstSeconds: 0.01 } });
  expect(codes({ figures: served(late(0.01)) })).toEqual([]);
  expect(codes({ figures: served(late(0.011)) })).toEqual(['CLIENT_LATE']);
  expect(codes({ figures: figures() })).toEqual([]);
});

test('half of the window between two queries is allowed, more is the client’s', () => {
  // 1,000 queries of 5 ms in 10 s leave half of it.
  expect(codes({ rounds: [round({ summary: { mean: 0.005 } })] })).toEqual([]);
  expect(codes({ rounds: [round({ summary: { mean: 0.0049 } })] })).toEqual(['CLIENT_OVERHEAD']);
});

test('in a closed loop, half of the response time may pass before the query is sent', () => {
  // Of 10 ms.
  const closed = (mean: number) => {
    const { issueDelay } = figures();
    const delayed = issueDelay == null ? null : { ...issueDelay, mean };
    return figures({ scenario: { kind: 'closed_loop', concurrency: 3 }, issueDelay: delayed });
  };
  expect(codes({ figures: closed(0.005) })).toEqual([]);
  expect(codes({ figures: closed(0.0051) })).toEqual(['CLIENT_OVERHEAD']);
  expect(step({ figures: closed(0.0051) })).not.toContain('closed_loop');
});

test('without figures of the load, a client with a schedule is not judged', () => {
  const { verdicts } = judgeCase(evidence({ figures: { ...served(), load: null } }), new Reasons());
  expect(verdicts.client).toBeNull();
});

test('a warm-up that did not settle is no finding before a window that did', () => {
  const measured = { warmup: { queries: 100, seconds: 10, ended: 'no plateau' as const } };
  expect(codes({ rounds: [round({ measured })] })).toEqual([]);
});

test('a window without a plateau says how long it should have been, within what the policy allows', () => {
  const summary = { steadyState: { ...steady, verdict: 'none' as const, variation: 0.3, windowNeededSeconds: 71.2 } };
  expect(step({ rounds: [round({ summary })] })).toContain(
    '`--set policy.window.min_duration=72s --set policy.window.max_duration=72s`',
  );
});

test('samples that were left out on purpose are not missed', () => {
  const watched = { ...quiet, rows: 50, sampledSeconds: 5 };
  expect(codes({ rounds: [round({ watched })] })).toEqual([]);
  expect(codes({ rounds: [round({ watched: { ...watched, rows: 24 } })] })).toEqual(['TELEMETRY_ROWS_MISSING']);
});

test('gaps that the rate itself makes are closed by another rate', () => {
  const rounds = [round({ watched: { ...quiet, longestGapSeconds: 5 } })];
  expect(step({ rounds, policy: { ...policy, samplingHertz: 0.2 } })).toContain('sampling_hertz=1');
  expect(step({ rounds, policy: { ...policy, samplingHertz: 10 } })).toContain('CPU time');
});

test('what the measured process uses is not foreign', () => {
  // 2 cores busy of 2, and 2 of them its own.
  const measured = { cpu: { userSeconds: 19, systemSeconds: 1, voluntarySwitches: 0, involuntarySwitches: 0 } };
  expect(codes({ rounds: [round({ measured, watched: { ...quiet, busyCores: 2 } })] })).toEqual([]);
});

test('the load generator’s own thread is not foreign', () => {
  // 1.9 cores busy: 0.9 of the engine, and 1 of the thread that spins, which the time of the process is told without.
  const measured = (cpuSeconds: number | null) => ({
    cpu: { userSeconds: 8, systemSeconds: 1, voluntarySwitches: 0, involuntarySwitches: 0 },
    generator: { ...spinning, spins: false, cpuSeconds },
  });
  const found = (cpuSeconds: number | null) =>
    codes({ rounds: [round({ measured: measured(cpuSeconds), watched: { ...quiet, busyCores: 1.9 } })] });
  expect(found(10)).toEqual([]);
  expect(found(null)).toEqual(['FOREIGN_LOAD']);
});

test('a machine that was not seen in the window, or whose load is not told, is not judged', () => {
  const telemetry = (watched: Partial<typeof quiet>) => {
    const reasons = new Reasons();
    const { verdicts } = judgeCase(evidence({ rounds: [round({ watched: { ...quiet, ...watched } })] }), reasons);
    return [verdicts.telemetry, reasons.get('verdicts.telemetry')?.code];
  };
  // A window of 0.09 s lies between two samples of ten a second.
  expect(telemetry({ rows: 0, sampledSeconds: 0.09, longestGapSeconds: 0.09, busyCores: null })).toEqual([
    null,
    'NO_SAMPLES_IN_WINDOW',
  ]);
  expect(telemetry({ busyCores: null })).toEqual([null, 'CPU_NOT_SAMPLED']);
  expect(telemetry({ busyCores: null, stealShare: 0.02 })).toEqual(['degraded', 'CPU_STEAL']);
  expect(telemetry({})).toEqual(['valid', undefined]);
});

test('what becomes of an accelerator does not concern a case on the processor', () => {
  const slower = {
    clock: { first: 1.9e9, last: 0.2e9 },
    temperature: { first: 40, last: 60 },
    throttling: [{ device: 'gpu0', reason: 'hardware thermal slowdown', share: 1 }],
  };
  const rounds = [round({ watched: device(slower) })];
  expect(codes({ rounds })).toEqual([]);
  expect(codes({ rounds, figures: figures({ backend: 'cuda' }) })).toHaveLength(3);
});

test('an effect of sampling whose interval holds zero is none', () => {
  const observer = (change: number, low: number) =>
    codes({
      figures: figures({
        observer: { blocks: { on: 9, off: 9 }, hertz: 10, p50: { change, ci95: [low, 0.1] }, p99: null },
      }),
    });
  expect(observer(0.05, -0.01)).toEqual([]);
  expect(observer(0.009, 0.005)).toEqual([]);
  expect(observer(0.011, 0.005)).toEqual(['OBSERVER_EFFECT']);
});

test('an accuracy at its limit is valid, and the reference itself always is', () => {
  const accuracy = (value: number, reference: number | null) =>
    codes({ figures: figures({ accuracy: { metric: 'top1', value, items: 1000, reference } }) });
  expect(accuracy(0.9801, 0.99)).toEqual([]); // 0.99 · 0.99
  expect(accuracy(0.98, 0.99)).toEqual(['ACCURACY_LOST']);
  expect(accuracy(0.2, 0.2)).toEqual([]);
});

test('of a reference that is right nowhere there is no share', () => {
  const none = figures({ accuracy: { metric: 'top1', value: 0, items: 1, reference: 0 } });
  const { verdicts, findings } = judgeCase(evidence({ figures: none }), new Reasons());
  expect([verdicts.accuracy, findings]).toEqual([null, []]);
});

test('without a reference the least that the suite asks for still decides', () => {
  const alone = figures({ accuracy: { metric: 'top1', value: 0.9, items: 1000, reference: null } });
  const reasons = { ...evidence().reasons, 'accuracy.reference': reason('NO_REFERENCE_IN_RUN') };
  const judged = (minimum: number | null) =>
    judgeCase(
      evidence({ figures: alone, reasons, limits: { latency: null, accuracy: { ofReference: 0.99, minimum } } }),
      new Reasons(),
    );
  expect(judged(null).verdicts.accuracy).toBeNull();
  expect(judged(0.9).verdicts.accuracy).toBe('valid');
  expect(judged(0.91).verdicts.accuracy).toBe('invalid');
});

test('a case of which nothing was verified is not judged', () => {
  const open = Object.keys(figures().requested).map((axis) => [`effective.${axis}`, reason('NOT_VERIFIED', 'x')]);
  const { verdicts, findings } = judgeCase(evidence({ reasons: Object.fromEntries(open) }), new Reasons());
  expect(verdicts.configuration).toBeNull();
  expect(findings.map(({ have }) => have)).toContain('backend, batchSize, precision, fusion, threads, spinning');
});

test('neither the hygiene that Dyno carries out nor a toggle without effect is a word of the engine’s', () => {
  const open = ['backend', 'batchSize', 'precision', 'threads', 'spinning'].map(
    (axis) => [`effective.${axis}`, reason('NOT_VERIFIED', 'x')] as const,
  );
  const pointless = [
    ['effective.fusion.value', reason('NO_GRAPH', 'on')],
    ['effective.layout.value', reason('NO_DIFFERENCE', 'engine')],
  ] as const;
  const requested = { ...figures().requested, layout: 'engine', hygiene: 'on' };
  const verdictWith = (reasons: readonly (readonly [string, Reason])[]) =>
    judgeCase(evidence({ figures: figures({ requested }), reasons: Object.fromEntries(reasons) }), new Reasons());
  expect(verdictWith([...open, ...pointless]).verdicts.configuration).toBeNull();
  const known = verdictWith([...open.slice(1), ...pointless]);
  expect(known.verdicts.configuration).toBe('valid');
  const notes = known.findings.filter(({ family }) => family === 'configuration');
  expect(notes.map(({ have }) => have)).toEqual(['batchSize, precision, threads, spinning']);
});

test('a hygiene that did not take effect is invalid where the engine itself tells nothing', () => {
  const open = ['backend', 'batchSize', 'precision', 'fusion', 'threads', 'spinning'].map(
    (axis) => [`effective.${axis}`, reason('NOT_VERIFIED', 'x')] as const,
  );
  const reasons = { ...Object.fromEntries(open), 'effective.hygiene': reason('NOT_IN_EFFECT', 'on', 'off') };
  const requested = { ...figures().requested, hygiene: 'on' };
  const { verdicts } = judgeCase(evidence({ figures: figures({ requested }), reasons }), new Reasons());
  expect(verdicts.configuration).toBe('invalid');
});

test('other processes on an accelerator do not concern a case on the processor', () => {
  const rounds = [round({ watched: device({ foreignProcesses: 2 }) })];
  expect(codes({ rounds })).toEqual([]);
  expect(codes({ rounds, figures: figures({ backend: 'cuda' }) })).toEqual(['FOREIGN_PROCESS_ON_DEVICE']);
});

test('a window that is too short for a power sensor leaves the energy unjudged', () => {
  const reasons = { energy: reason('WINDOW_TOO_SHORT_FOR_SENSOR', 2, 1) };
  expect(judgeCase(evidence({ reasons }), new Reasons()).verdicts.energy).toBeNull();
});

test('an energy is valid only when nothing of it is estimated', () => {
  const board = {
    id: 'd',
    kind: 'gpu' as const,
    name: null,
    joulesPerItem: 1,
    meanPowerWatts: 1,
    method: 'power' as const,
  };
  const judged = (estimated: boolean) =>
    judgeCase(
      evidence({
        figures: figures({
          energy: {
            joulesPerItem: 1,
            meanPowerWatts: 1,
            method: 'power',
            covers: ['gpu'],
            devices: [board, { ...board, id: 'e', estimated }],
          },
        }),
      }),
      new Reasons(),
    ).verdicts.energy;
  expect(judged(false)).toBe('valid');
  expect(judged(true)).toBe('degraded');
});

test('one thread leaves none idle that could spin, so that nothing of it is open', () => {
  const reasons = { ...evidence().reasons, 'effective.spinning': reason('NOT_VERIFIED', 'off') };
  const axes = (threads: number) => ({ ...figures().axes, threads });
  expect(codes({ reasons, figures: figures({ axes: axes(1) }) })).toEqual([]);
  expect(codes({ reasons, figures: figures({ axes: axes(2) }) })).toEqual(['NOT_VERIFIED']);
});
