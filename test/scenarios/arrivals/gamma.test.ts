import { expect, test } from 'vitest';
import { gamma, gammaArrivals } from '../../../src/scenarios/arrivals/gamma.ts';
import { deviation, mean } from '../../../src/stats/moments.ts';
import { generator } from '../../../src/stats/random.ts';

test.each([0.25, 1, 4])(
  'gaps of burstiness %d have the mean 1 / rate and the variation 1 / √burstiness',
  (burstiness) => {
    const arrivals = gammaArrivals(20, burstiness, 11);
    const count = 20_000;
    const times = Array.from({ length: count + 1 }, () => arrivals.next());
    expect(times[0]).toBe(0);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const variation = 1 / Math.sqrt(burstiness);
    // Four standard errors of the mean; the deviation of so few kinds of gamma is within 5 %.
    expect(Math.abs(mean(gaps) * 20 - 1)).toBeLessThan((4 * variation) / Math.sqrt(count));
    expect(Math.abs(deviation(gaps) / mean(gaps) / variation - 1)).toBeLessThan(0.05);
  },
);

test('of draws of shape 2 a share of 1 − 3 / e² is below 2', () => {
  // The distribution function of shape 2 is 1 − (1 + x) e^−x.
  const source = generator(5);
  const draws = Array.from({ length: 20_000 }, () => gamma(source, 2));
  const share = draws.filter((draw) => draw < 2).length / draws.length;
  expect(Math.abs(share - (1 - 3 / Math.exp(2)))).toBeLessThan(4 * Math.sqrt((0.594 * 0.406) / draws.length));
});

test('a shape of 0 is refused', () => {
  expect(() => gamma(generator(1), 0)).toThrow('Expected a shape above 0, got 0.');
});
