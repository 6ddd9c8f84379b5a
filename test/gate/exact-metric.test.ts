import { expect, test } from 'vitest';
import { judgeExact } from '../../src/gate/exact-metric.ts';
import type { Metric } from '../../src/gate/metric.ts';
import { latency, madePair, observation } from './made-pairs.ts';

const operators = latency({ metric: 'operators', unit: 'count', margin: 0, kind: 'exact' });
const accuracy: Metric = { ...operators, metric: 'accuracy', unit: 'ratio', better: 'higher' };

/** Verdict and codes of rounds with these values of base and head. */
function judged(metric: Metric, values: readonly (readonly [number | null, number | null])[]): string {
  const pairs = values.map(([base, head], round) =>
    madePair(round, observation({ [metric.metric]: base }), observation({ [metric.metric]: head })),
  );
  const { verdict, reasons } = judgeExact(metric, pairs);
  return [verdict, ...reasons.map(({ code }) => code)].join(' ');
}

test('one pair suffices for any change, in the direction of the metric', () => {
  expect(judged(operators, [[74, 74]])).toBe('pass');
  expect(judged(operators, [[74, 75]])).toBe('regressed');
  expect(judged(operators, [[74, 73]])).toBe('improved');
  expect(judged(accuracy, [[0.992, 0.9919]])).toBe('regressed');
  expect(judged(accuracy, [[0.992, 0.993]])).toBe('improved');
});

test('both values are in the answer', () => {
  const pair = madePair(0, observation({ operators: 74 }), observation({ operators: 80 }));
  expect(judgeExact(operators, [pair])).toMatchObject({ exact: { base: 74, head: 80 }, look: null, confirm: null });
});

test('a margin or a floor lets a change pass and names it', () => {
  expect(judged({ ...operators, margin: 0.02 }, [[100, 102]])).toBe('pass WITHIN_MARGIN');
  expect(judged({ ...operators, margin: 0.02 }, [[100, 103]])).toBe('regressed');
  expect(judged({ ...accuracy, floor: 0.001 }, [[0.992, 0.9915]])).toBe('pass BELOW_FLOOR');
  // From 0 on there is no share.
  expect(judged({ ...operators, margin: 0.5 }, [[0, 1]])).toBe('regressed');
});

test('a figure that differs between processes of one version is not exact', () => {
  expect(
    judged(operators, [
      [74, 80],
      [75, 80],
    ]),
  ).toBe('inconclusive NOT_DETERMINISTIC');
  expect(
    judged(operators, [
      [74, 80],
      [74, 80],
    ]),
  ).toBe('regressed');
});

test('a version that tells no value, or failed, is invalid', () => {
  expect(judged(operators, [[74, null]])).toBe('invalid NO_VALUE');
  const failed = { outcome: 'failed', code: 'EXIT_CODE', message: '1', pid: null } as const;
  const { verdict, reasons } = judgeExact(operators, [madePair(0, observation({ operators: 74 }), failed)]);
  expect({ verdict, reasons }).toEqual({
    verdict: 'invalid',
    reasons: [{ code: 'HEAD_FAILED', need: null, have: 'EXIT_CODE: 1' }],
  });
});

test('the state of the machine says nothing of it', () => {
  const busy = { stealShare: 0.5, foreignCpuShare: 0.9 };
  const pair = madePair(0, observation({ operators: 74 }, busy), observation({ operators: 74 }, busy));
  expect(judgeExact(operators, [pair])).toMatchObject({ verdict: 'pass' });
});
