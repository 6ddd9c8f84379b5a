import { expect, test } from 'vitest';
import { judgeRankSum, type RoundSeries } from '../../src/gate/rank-sum-look.ts';
import { latency } from './made-pairs.ts';

const series = (base: readonly number[], head: readonly number[]): RoundSeries => ({
  base,
  head,
  attempted: base.length + head.length,
  dropped: [],
});
const judge = (base: readonly number[], head: readonly number[], metric = latency()) =>
  judgeRankSum(metric, series(base, head), 0.95);

// Halves of it lie apart by nothing: 1.00 and 1.01 in each.
const still = [1, 1.01, 1, 1.01];

test('the interval is that of the rank-sum test where nothing drifted', () => {
  const { finding, result } = judge(still, [1.2, 1.22, 1.2, 1.22]);
  expect(finding).toBe('worse');
  expect(result).toMatchObject({ method: 'rank-sum', rounds: { base: 4, head: 4 }, pairs: 4, look: 1, selfNoise: 0 });
  // Of 4 and 4 the outermost of the 16 ratios, 1.2 / 1.01 and 1.22 / 1, with 2 / 70 left out.
  expect(result.change?.low).toBeCloseTo(1.2 / 1.01 - 1, 12);
  expect(result.change?.high).toBeCloseTo(0.22, 12);
  expect(result.attained).toBeCloseTo(1 - 2 / 70, 12);
  expect(result.pValue).toBeCloseTo(1 / 70, 12);
});

test('what a run drifted within itself widens the interval on both sides, √2 times', () => {
  // The second half of base is 1.02 times as long as the first one.
  const drift = Math.SQRT2 * Math.log(1.02);
  const { finding, result, reasons } = judge([1, 1, 1.02, 1.02], [1.08, 1.08, 1.08, 1.08]);
  expect(result.change?.low).toBeCloseTo(Math.exp(Math.log(1.08 / 1.02) - drift) - 1, 12);
  expect(result.change?.high).toBeCloseTo(Math.exp(Math.log(1.08) + drift) - 1, 12);
  expect(result.selfNoise).toBeCloseTo(Math.expm1(drift), 12);
  // All ratios lie above the margin of 5 %, and still nothing is found.
  expect(finding).toBe('open');
  expect(reasons).toEqual([{ code: 'MARGIN_IN_INTERVAL', need: null, have: null }]);
});

test('a machine that drifts by more than the margin within a run cannot tell, and says so', () => {
  const { finding, reasons } = judge([1, 1, 1.1, 1.1], [1, 1, 1, 1]);
  expect(finding).toBe('open');
  expect(reasons).toEqual([
    {
      code: 'NOISE_EXCEEDS_MARGIN',
      need: expect.closeTo(0.05, 12),
      have: expect.closeTo(1.1 ** Math.SQRT2 - 1, 12),
    },
  ]);
});

test('three rounds against three, and one against one, describe and have no interval', () => {
  for (const [base, head] of [
    [
      [1, 1, 1],
      [2, 2, 2],
    ],
    [[1], [2]],
  ] as const) {
    const { finding, result, reasons } = judge(base, head);
    expect(finding).toBe('open');
    expect(result).toMatchObject({ look: 0, change: { value: 1, low: null, high: null }, pValue: null });
    const have = `base: ${base.length}, head: ${head.length}`;
    expect(reasons).toEqual([{ code: 'DESCRIPTIVE_ONLY', need: 4, have }]);
  }
});

test('equal rounds pass, and faster ones are improved; of a throughput the other way round', () => {
  expect(judge(still, still).finding).toBe('pass');
  expect(judge(still, [0.8, 0.81, 0.8, 0.81]).finding).toBe('improved');
  const throughput = latency({ metric: 'throughput', better: 'higher' });
  const { finding, result } = judge(still, [0.8, 0.81, 0.8, 0.81], throughput);
  expect(finding).toBe('worse');
  expect(result.change?.value).toBeLessThan(-0.18);
});

test('a change below the floor passes whatever its share, and says why', () => {
  const { finding, reasons } = judge(still, [1.2, 1.22, 1.2, 1.22], latency({ floor: 0.5 }));
  expect(finding).toBe('pass');
  expect(reasons).toEqual([{ code: 'BELOW_FLOOR', need: 0.5, have: null }]);
});
