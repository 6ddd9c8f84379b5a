import { expect, test } from 'vitest';
import { seriesOf } from '../../src/gate/series.ts';
import { defaultLimits } from '../../src/gate/settings.ts';
import { latency, madePair, observation, timesAsLong } from './made-pairs.ts';

const stolen = (round: number) =>
  madePair(round, observation({ latency_p50: 1 }, { stealShare: 0.5 }), observation({ latency_p50: 1 }));
const good = (round: number) => madePair(round, observation({ latency_p50: 1 }), observation({ latency_p50: 1 }));
/** Rounds of which those named are void. */
const rounds = (count: number, bad: readonly number[]) =>
  Array.from({ length: count }, (_, round) => (bad.includes(round) ? stolen(round) : good(round)));
const series = (count: number, bad: readonly number[]) => seriesOf(latency(), rounds(count, bad), defaultLimits, 10);

test('twice as long, and half as many a second, are both twice as bad', () => {
  const [pair] = seriesOf(latency(), timesAsLong([2]), defaultLimits, 10).valid;
  expect(pair).toMatchObject({ base: 0.01, head: 0.02, worse: expect.closeTo(Math.LN2, 14), first: 'base' });
  const slower = madePair(0, observation({ throughput: 100 }), observation({ throughput: 50 }));
  const throughput = latency({ metric: 'throughput', unit: 'items/s', better: 'higher' });
  expect(seriesOf(throughput, [slower], defaultLimits, 10).valid[0]?.worse).toBeCloseTo(Math.LN2, 14);
});

test('two of ten may be dropped, three may not', () => {
  expect(series(10, [2, 5])).toMatchObject({
    attempted: 10,
    isVoid: false,
    dropped: [{ code: 'CPU_STEAL', count: 2 }],
  });
  expect(series(10, [2, 5, 9])).toMatchObject({ attempted: 10, isVoid: true });
  // Before the first look there is time to make up for them.
  expect(series(9, [2, 5, 8])).toMatchObject({ isVoid: false });
});

test('what was void stays void, whatever comes after', () => {
  const ended = series(10, [2, 5, 9]);
  expect(series(40, [2, 5, 9])).toEqual(ended);
  expect(ended.valid).toHaveLength(7);
});

test('three pairs of which none counts are enough to end', () => {
  expect(series(3, [0, 1, 2])).toMatchObject({ isVoid: true, valid: [] });
  expect(series(3, [0, 2])).toMatchObject({ isVoid: false });
});

test('values that are not known, or not above 0, drop the pair of that metric', () => {
  const pairs = [
    madePair(0, observation({ latency_p50: null }), observation({ latency_p50: 1 })),
    madePair(1, observation({ latency_p50: 1 }), observation({ latency_p50: 0 })),
    good(2),
  ];
  const { valid, dropped } = seriesOf(latency(), pairs, defaultLimits, 10);
  expect(valid).toHaveLength(1);
  expect(dropped.map(({ code, have }) => [code, have])).toEqual([
    ['NO_VALUE', null],
    ['NOT_POSITIVE', 'base 1, head 0'],
  ]);
});

test('the most frequent cause is named first, with what was seen first', () => {
  const failed = { outcome: 'failed', code: 'TIMEOUT', message: 'after 60 s', pid: null } as const;
  const one = madePair(0, failed, observation({ latency_p50: 1 }));
  const pairs = [one, stolen(1), stolen(2), ...rounds(13, []).slice(3)];
  expect(seriesOf(latency(), pairs, defaultLimits, 20).dropped).toEqual([
    { code: 'CPU_STEAL', count: 2, need: 0.02, have: 'base: 0.5' },
    { code: 'BASE_FAILED', count: 1, need: null, have: 'TIMEOUT: after 60 s' },
  ]);
});
