import { expect, test } from 'vitest';
import { judgeProbe, type ProbeTimes } from '../../src/runner/judge-probe.ts';
import type { LatencyLimit } from '../../src/suite/probe-policy.ts';

const limit: LatencyLimit = { percentile: 'p50', seconds: 0.02 };
const onTime = { thread: 'worker', spins: true, stopped: null, unserved: 0, seed: 1, cpuSeconds: 1 } as const;

/** Queries 10 ms apart, each answered after `latency(query)` seconds. */
function times(count: number, latency: (query: number) => number, late = 0): ProbeTimes {
  const scheduled = Float64Array.from({ length: count }, (_, query) => query / 100);
  const completed = scheduled.map((due, query) => due + latency(query));
  return { scheduled, sent: scheduled.map((due) => due + late), completed };
}

test('a probe passes when its percentile is within the limit and answers keep up', () => {
  const half = judgeProbe(
    times(100, (query) => (query % 2 === 0 ? 0.01 : 0.019)),
    { generator: onTime },
    limit,
  );
  // Nearest rank: of 100 values in rising order number 50, the first of the larger half.
  expect(half).toEqual({ passed: true, why: null, latency: expect.closeTo(0.019, 9) });
});

test('a percentile over the limit fails', () => {
  const { passed, why } = judgeProbe(
    times(100, () => 0.021),
    { generator: onTime },
    limit,
  );
  expect(passed).toBe(false);
  expect(why).toEqual({ code: 'LATENCY_OVER_LIMIT', need: 0.02, have: expect.closeTo(0.021, 9) });
});

test('a percentile that the samples do not support fails: nothing is known of it', () => {
  expect(
    judgeProbe(
      times(10, () => 0.001),
      { generator: onTime },
      limit,
    ),
  ).toEqual({ passed: false, why: { code: 'TOO_FEW_SAMPLES', need: 11, have: 10 }, latency: null });
});

test('answers that come slower than the queries fail, though the median is within a generous limit', () => {
  // Every answer comes 0.6 ms later after its query than the one before: 10.6 ms apart, 94.3 % of the rate.
  const slower = times(101, (query) => 0.001 + query * 0.0006);
  const { why } = judgeProbe(slower, { generator: onTime }, { percentile: 'p50', seconds: 1 });
  expect(why).toEqual({ code: 'RATE_NOT_ACHIEVED', need: 0.95, have: expect.closeTo(1 / 1.06, 6) });
  const keepingUp = times(101, (query) => 0.001 + query * 0.0004);
  expect(judgeProbe(keepingUp, { generator: onTime }, { percentile: 'p50', seconds: 1 }).passed).toBe(true);
});

test('the time of a single query does not count as answering slowly', () => {
  // 11 queries in 0.1 s, each 15 ms: the last answer comes 15 % later than the last query.
  expect(
    judgeProbe(
      times(11, () => 0.015),
      { generator: onTime },
      limit,
    ).passed,
  ).toBe(true);
});

test('a load that was ended early or given up fails whatever was served', () => {
  const fast = times(100, () => 0.001);
  const stopped = { ...onTime, stopped: 'OVER_SATURATED' } as const;
  expect(judgeProbe(fast, { generator: stopped }, limit).why?.code).toBe('OVER_SATURATED');
  const unserved = { ...onTime, unserved: 3 };
  expect(judgeProbe(fast, { generator: unserved }, limit).why).toEqual({ code: 'QUERIES_UNSERVED', need: 0, have: 3 });
});

test('a limit that is broken because queries were sent late is the client’s doing', () => {
  const late = times(100, () => 0.03, 0.02);
  expect(judgeProbe(late, { generator: onTime }, limit).why).toEqual({ code: 'CLIENT_LATE', need: 0.01, have: 1 });
});
