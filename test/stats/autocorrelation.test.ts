import { expect, test } from 'vitest';
import { autocorrelations, effectiveSize } from '../../src/stats/autocorrelation.ts';
import { generator, normal } from '../../src/stats/random.ts';

/** x_i = φ x_(i−1) + noise, from its stationary distribution on. */
function autoregressive(phi: number, count: number, seed: number): number[] {
  const source = generator(seed);
  const series = [normal(source) / Math.sqrt(1 - phi * phi)];
  while (series.length < count) series.push(phi * (series.at(-1) ?? 0) + normal(source));
  return series;
}

test('the correlations of 1, 2, 3, 4 are worked out by hand', () => {
  // From the mean 2.5: −1.5, −0.5, 0.5, 1.5; squares 5; lag 1: 0.75 − 0.25 + 0.75; lag 2: −0.75 − 0.75; lag 3: −2.25.
  expect([...(autocorrelations([1, 2, 3, 4], 3) ?? [])]).toEqual([1, 0.25, -0.3, -0.45]);
});

test('values that are all equal have no correlation and count as independent', () => {
  expect(autocorrelations([0.1, 0.1, 0.1], 2)).toBeNull();
  expect(effectiveSize([0.1, 0.1, 0.1])).toEqual({ correlationTime: 1, count: 3 });
});

test('the correlation time of an autoregressive series is (1 + φ) / (1 − φ)', () => {
  // φ = 0.7: 5.67. Over 100,000 values the estimate spreads by about 3 %.
  const { correlationTime, count } = effectiveSize(autoregressive(0.7, 100_000, 5));
  expect(Math.abs(correlationTime / (1.7 / 0.3) - 1)).toBeLessThan(0.1);
  expect(count).toBeCloseTo(100_000 / correlationTime, 6);
  expect(effectiveSize(autoregressive(0, 20_000, 6)).correlationTime).toBeLessThan(1.1);
});

test('buckets of a long series give the correlation time of the series itself', () => {
  // 19,999 values are judged as they are, four times as many by buckets of four.
  for (const count of [19_999, 79_996]) {
    const { correlationTime } = effectiveSize(autoregressive(0.9, count, 8));
    expect(Math.abs(correlationTime / (1.9 / 0.1) - 1), `n = ${count}`).toBeLessThan(0.2);
  }
});

test('a long series that only rises is worth a handful of values', () => {
  const { count } = effectiveSize(Array.from({ length: 200_000 }, (_, index) => index));
  expect(count).toBeGreaterThanOrEqual(1);
  expect(count).toBeLessThan(10);
});

test('a series that alternates counts as independent, not as more', () => {
  expect(effectiveSize(autoregressive(-0.6, 5_000, 7))).toEqual({ correlationTime: 1, count: 5_000 });
});

test('wrong input is refused', () => {
  expect(() => autocorrelations([], 0)).toThrow(/at least 1 values, got 0/);
  expect(() => autocorrelations([1, 2], 2)).toThrow(/between 0 and 1, got 2/);
  expect(() => effectiveSize([1, Number.POSITIVE_INFINITY])).toThrow(/got Infinity at 1/);
});
