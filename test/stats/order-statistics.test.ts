import { expect, test } from 'vitest';
import { OrderStatistics } from '../../src/stats/order-statistics.ts';
import { generator, uniform } from '../../src/stats/random.ts';

/** What is found at each rank, with room for `keep` values, and in how many passes. */
function found(
  values: readonly number[],
  ranks: readonly number[],
  keep: number,
): { values: number[]; passes: number } {
  const statistics = new OrderStatistics(values.length, keep);
  for (const value of values) statistics.add(value);
  statistics.want(ranks);
  let passes = 1;
  for (; statistics.isPending; passes++) {
    // In another order each time: the passes need not agree on it.
    for (let index = 0; index < values.length; index++) {
      statistics.add(values[(index * 7919 + passes) % values.length] ?? Number.NaN);
    }
    statistics.endPass();
  }
  return { values: ranks.map((rank) => statistics.at(rank)), passes };
}

const count = 5_000; // no multiple of 7919
const random = generator(1);
const draws: Readonly<Record<string, readonly number[]>> = {
  'latencies of three decades': Array.from({ length: count }, () => 1e-4 * 10 ** (3 * uniform(random))),
  'values within one bin of the first pass': Array.from({ length: count }, () => 1 + uniform(random) / 2 ** 10),
  'values within one bin of the third pass': Array.from({ length: count }, () => 1 + uniform(random) / 2 ** 34),
  'values that differ in the last bits alone': Array.from(
    { length: count },
    () => 1 + Math.floor(uniform(random) * 256) * 2 ** -52,
  ),
  'equal values': new Array(count).fill(0.25),
  'zeros and a few others': Array.from({ length: count }, (_, index) => (index % 100 === 0 ? uniform(random) : 0)),
  'two values': Array.from({ length: count }, () => (uniform(random) < 0.3 ? 1e-3 : 1e-3 + 2 ** -60)),
  'both signs': Array.from({ length: count }, () => uniform(random) - 0.5),
  'zeros of both signs, infinities and NaN': Array.from(
    { length: count },
    () =>
      [-0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 5e-324][
        Math.floor(6 * uniform(random))
      ] ?? 1,
  ),
};

test.each(Object.keys(draws))('the value at any rank is that of sorting: %s', (name) => {
  const values = draws[name] ?? [];
  const sorted = Float64Array.from(values).sort();
  const ranks = [0, 1, 49, 1_500, 2_499, 2_500, 4_500, 4_950, 4_995, 4_999];
  const expected = ranks.map((rank) => sorted[rank]);
  for (const keep of [0, 10, 300, 4_999, count]) expect(found(values, ranks, keep).values).toEqual(expected);
});

test('all ranks can be wanted at once', () => {
  const values = draws['latencies of three decades'] ?? [];
  const every = values.map((_, rank) => rank);
  expect(found(values, every, 100).values).toEqual([...Float64Array.from(values).sort()]);
});

test('few values take one pass, the percentiles of many two, and never more than seven', () => {
  const ranks = [2_500, 4_950];
  expect(found(draws['latencies of three decades'] ?? [], ranks, count).passes).toBe(1);
  expect(found(draws['latencies of three decades'] ?? [], ranks, 100).passes).toBe(2);
  expect(found(draws['equal values'] ?? [], ranks, 100).passes).toBe(1);
  for (const values of Object.values(draws)) expect(found(values, ranks, 0).passes).toBeLessThanOrEqual(7);
});

test('no values have no ranks', () => {
  const statistics = new OrderStatistics(0);
  statistics.want([]);
  expect(statistics.isPending).toBe(false);
  expect(statistics.count).toBe(0);
  expect(() => statistics.at(0)).toThrow(RangeError);
});

test('ranks that there are not, that were not wanted or are not known yet are refused', () => {
  const many = new OrderStatistics(4, 1);
  for (const value of [4, 1, 3, 2]) many.add(value);
  expect(() => many.want([4])).toThrow('Expected ranks from 0 to 3, got 4.');
  many.want([1]);
  expect(() => many.at(1)).toThrow(RangeError);
  for (const value of [4, 1, 3]) many.add(value);
  expect(() => many.endPass()).toThrow('Expected the same 4 values in every pass, got 3.');
  many.add(2);
  many.endPass();
  expect(many.at(1)).toBe(2);
  expect(() => many.at(2)).toThrow(RangeError);
});

test('of few values, too, nothing but the wanted ranks is held', () => {
  const few = new OrderStatistics(4);
  for (const value of [4, 1, 3, 2]) few.add(value);
  few.want([1]);
  expect(few.isPending).toBe(false);
  expect(few.at(1)).toBe(2);
  expect(() => few.at(2)).toThrow('Expected a rank that was wanted and found, got 2.');
});

test('more values than were announced are refused where they would be kept', () => {
  const few = new OrderStatistics(1);
  few.add(1);
  expect(() => few.add(2)).toThrow('Expected at most 1 values.');
});
