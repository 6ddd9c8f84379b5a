import { expect, test } from 'vitest';
import type { ArrivalTimes } from '../../../src/scenarios/arrivals/arrival-times.ts';
import { normalisedPoissonArrivals, poissonArrivals } from '../../../src/scenarios/arrivals/poisson.ts';

/** Nanoseconds of the first arrivals. */
function nanoseconds(arrivals: ArrivalTimes, count: number): number[] {
  return Array.from({ length: count }, () => Math.round(arrivals.next() * 1e9));
}

/*
 * Sums of the gaps that std::exponential_distribution<double>(rate) draws from std::mt19937(seed) in libstdc++ 12, each gap cut to
 * nanoseconds by std::chrono::duration_cast, which is how LoadGen makes its schedule.
 */
test.each([
  [5489, 1000, [0, 145_577, 1_947_438, 5_416_949, 5_666_736, 6_035_146, 6_827_496], 221_606_894],
  [42, 1000, [0, 1_592_300, 1_794_948, 3_307_672, 4_216_118, 4_806_406, 4_911_738], 201_323_716],
  [42, 3.7, [0, 430_351_492, 485_121_357, 893_965_725, 1_139_491_935, 1_299_029_436, 1_327_497_719], 54_411_841_871],
  // 3066443479025735752, the seed of MLPerf's rules for schedules once, modulo 2^32.
  [4_079_245_384, 1000, [0, 352_111, 1_570_083, 1_792_292, 3_139_154, 3_734_328, 4_011_351], 215_868_891],
])('seed %d at %d a second gives the schedule of LoadGen', (seed, rate, first, after200) => {
  const arrivals = nanoseconds(poissonArrivals(rate, seed), 201);
  // V8's logarithm may differ from glibc's in the last place: 1 ns a gap at most.
  for (const [index, expected] of first.entries()) {
    expect(Math.abs((arrivals[index] ?? 0) - expected)).toBeLessThanOrEqual(index);
  }
  expect(Math.abs((arrivals[200] ?? 0) - after200)).toBeLessThanOrEqual(200);
});

test('the mean gap of many arrivals is 1 / rate, and their squares are those of an exponential distribution', () => {
  const arrivals = poissonArrivals(50, 7);
  let before = arrivals.next();
  let sum = 0;
  let squares = 0;
  const count = 20_000;
  for (let gap = 0; gap < count; gap++) {
    const next = arrivals.next();
    sum += next - before;
    squares += (next - before) ** 2;
    before = next;
  }
  // Four standard errors: of the mean 1 / √n, of the mean square √20 / √n times itself.
  expect(Math.abs((sum / count) * 50 - 1)).toBeLessThan(4 / Math.sqrt(count));
  expect(Math.abs((squares / count) * (50 ** 2 / 2) - 1)).toBeLessThan((4 * Math.sqrt(5)) / Math.sqrt(count));
});

test('normalised, the arrival after n gaps falls at n / rate, in the proportions of the schedule as drawn', () => {
  const drawn = nanoseconds(poissonArrivals(10, 3), 65);
  const normalised = nanoseconds(normalisedPoissonArrivals(10, 3, 64), 65);
  expect(normalised[64]).toBe(6_400_000_000);
  const scale = 6.4e9 / (drawn[64] ?? Number.NaN);
  expect(Math.abs((normalised[20] ?? 0) - (drawn[20] ?? 0) * scale)).toBeLessThanOrEqual(1);
});
