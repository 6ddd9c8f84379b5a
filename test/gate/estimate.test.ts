import { expect, test } from 'vitest';
import { centre, estimateLocation, leastDetectable, pValueAbove, thresholdOf } from '../../src/gate/estimate.ts';
import { generator, normal } from '../../src/stats/random.ts';
import { hodgesLehmann } from '../../src/stats/signed-rank.ts';
import { latency } from './made-pairs.ts';

const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

test('at a look of ten pairs the interval leaves out what at most 6 of 1,024 sign patterns reach', () => {
  // Level 1 − 0.05 / 4: a tail of 0.00625 = 6.4 / 1024. Rank sums 0, 1, 2 have 1, 1, 1 patterns, 3 has two: P(W < 4) = 5 / 1024, and with 4,
  // which has two more, 7 / 1024 are too many. So C = 4: the fourth mean of two from below. Of 1 … 10: 1, 1.5, 2, 2.
  expect(estimateLocation(oneToTen, 1 - 0.05 / 4)).toEqual({
    value: 5.5,
    interval: { value: 5.5, low: 2, high: 9, attained: 1 - 10 / 1024 },
    need: 6,
    method: 'signed-rank',
    outliers: 0,
    contaminated: false,
  });
});

test('one outlier in ten is a tenth, two are more and leave the interval to the signs', () => {
  // Median 5.5 and median deviation 2.5: the limit is 5.5 ± 18.5.
  expect(estimateLocation([...oneToTen.slice(0, 9), 25], 0.95)).toMatchObject({ outliers: 1, method: 'signed-rank' });
  // At 95 % the signs take the 2nd and the 9th of ten values: 2 · 11 / 1024 lie outside.
  expect(estimateLocation([...oneToTen.slice(0, 8), 50, 60], 0.95)).toEqual({
    value: 5.5,
    interval: { value: 5.5, low: 2, high: 50, attained: expect.closeTo(1 - 22 / 1024, 12) },
    need: 6,
    method: 'sign',
    outliers: 2,
    contaminated: true,
  });
});

test('too few values have an estimate and no interval, and say how many would do', () => {
  expect(estimateLocation([1, 2, 3, 4, 5], 0.95)).toMatchObject({ value: 3, interval: null, need: 6 });
  expect(estimateLocation([1, 2, 3, 4, 5, 6], 1 - 0.05 / 4)).toMatchObject({ value: 3.5, interval: null, need: 8 }); // 2 / 2^8 ≤ 0.0125
});

test('the centre is that of the estimate with its interval', () => {
  const source = generator(3);
  for (const count of [6, 7, 10, 40]) {
    const values = Array.from({ length: count }, () => normal(source));
    expect(hodgesLehmann(values)).toHaveProperty('value', centre(values));
  }
});

test('p values lie below a tail exactly where the interval lies above the bound', () => {
  const source = generator(5);
  let above = 0;
  for (let draw = 0; draw < 300; draw++) {
    const values = Array.from({ length: 10 }, () => 0.08 + 0.03 * normal(source) * (draw % 3 === 0 ? 3 : 1));
    const { interval, method } = estimateLocation(values, 0.95);
    const isAbove = (interval?.low ?? 0) > 0.05;
    if (isAbove) above++;
    expect(pValueAbove(values, 0.05, method) <= 0.025).toBe(isAbove);
  }
  // Neither never nor always.
  expect(above).toBeGreaterThan(100);
  expect(above).toBeLessThan(250);
});

test('the same holds where values are equal, as those of memory in pages often are', () => {
  const source = generator(6);
  let above = 0;
  for (let draw = 0; draw < 400; draw++) {
    // Whole hundredths around 0.08: of ten values several are equal, and means of two equal the bound.
    const values = Array.from(
      { length: 10 },
      () => Math.round(8 + 3 * normal(source) * (draw % 3 === 0 ? 3 : 1)) / 100,
    );
    for (const level of [0.95, 1 - 0.05 / 4]) {
      const { interval, method } = estimateLocation(values, level);
      const isAbove = (interval?.low ?? 0) > 0.05;
      if (isAbove) above++;
      expect(pValueAbove(values, 0.05, method) <= (1 - level) / 2).toBe(isAbove);
    }
  }
  expect(above).toBeGreaterThan(100);
  expect(above).toBeLessThan(700);
});

test('ten pairs beyond the bound have p = 1/1024, and below it all but certainty', () => {
  expect(pValueAbove(oneToTen, 0.5, 'signed-rank')).toBeCloseTo(1 / 1024, 14);
  expect(pValueAbove(oneToTen, 0.5, 'sign')).toBeCloseTo(1 / 1024, 14);
  expect(pValueAbove(oneToTen, 10.5, 'signed-rank')).toBeGreaterThan(0.99);
  expect(pValueAbove(oneToTen, 10.5, 'sign')).toBeGreaterThan(0.99);
});

test('margins are ratios, floors are added, and the larger of them counts', () => {
  const margin = expect.closeTo(Math.log(1.05), 14);
  // 10 ms: a floor of 0.1 ms is 1 %.
  expect(thresholdOf(latency({ floor: 1e-4 }), 0.01)).toEqual({ worse: margin, better: margin, isFloor: false });
  // 0.5 ms: 0.1 ms more is 1.2 times as long, 0.1 ms less 0.8 times.
  expect(thresholdOf(latency({ floor: 1e-4 }), 5e-4)).toEqual({
    worse: expect.closeTo(Math.log(1.2), 14),
    better: expect.closeTo(-Math.log(0.8), 14),
    isFloor: true,
  });
  // 0.05 ms cannot become 0.1 ms less.
  expect(thresholdOf(latency({ floor: 1e-4 }), 5e-5)).toMatchObject({ better: Number.POSITIVE_INFINITY });
  // 100 items/s: 20 fewer are 0.8 times as many, so 1.25 times as bad.
  const throughput = latency({ unit: 'items/s', better: 'higher', floor: 20 });
  expect(thresholdOf(throughput, 100)).toMatchObject({
    worse: expect.closeTo(Math.log(1.25), 14),
    better: expect.closeTo(Math.log(1.2), 14),
  });
});

test('the detectable change of ten pairs is worked out by hand', () => {
  // Five of −1 and five of 1 around 0: deviation √(10/9). z of 97.5 % 1.959964, of 80 % 0.841621; √(π/3) = 1.023327.
  const values = [-1, 1, -1, 1, -1, 1, -1, 1, -1, 1];
  const wanted = 0.05 + ((1.959964 + 0.841621) * 1.023327 * Math.sqrt(10 / 9)) / Math.sqrt(10);
  expect(leastDetectable(values, 0.95, 0.05)).toBeCloseTo(wanted, 5);
});
