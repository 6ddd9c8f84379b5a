import { expect, test } from 'vitest';
import { type RampSettings, rampArrivals } from '../../../src/scenarios/arrivals/ramp.ts';

/** How many arrivals of many schedules fall into each second on average. */
function perSecond(ramp: RampSettings, seconds: number): number[] {
  const schedules = 200;
  const counts = new Array<number>(seconds).fill(0);
  for (let seed = 0; seed < schedules; seed++) {
    const arrivals = rampArrivals(ramp, seed);
    arrivals.next(); // the one at 0 is no draw
    for (let time = arrivals.next(); time < seconds; time = arrivals.next()) {
      counts[Math.floor(time)] = (counts[Math.floor(time)] ?? 0) + 1;
    }
  }
  return counts.map((count) => count / schedules);
}

/** Four standard errors of a mean of 200 Poisson counts. */
const error = (expected: number): number => 4 * Math.sqrt(expected / 200);

test('a linear ramp from 10 to 50 in 4 s and then level has the arrivals that its rate integrates to', () => {
  const counts = perSecond({ shape: 'linear', from: 10, to: 50, seconds: 4 }, 6);
  // The rate is 10 + 10 t: 15, 25, 35 and 45 in the seconds of the ramp, 50 behind it.
  for (const [second, expected] of [15, 25, 35, 45, 50, 50].entries()) {
    expect(Math.abs((counts[second] ?? 0) - expected)).toBeLessThan(error(expected));
  }
});

test('a linear ramp may start at 0 and may fall', () => {
  const rising = perSecond({ shape: 'linear', from: 0, to: 40, seconds: 2 }, 2);
  for (const [second, expected] of [10, 30].entries()) {
    expect(Math.abs((rising[second] ?? 0) - expected)).toBeLessThan(error(expected));
  }
  const falling = perSecond({ shape: 'linear', from: 40, to: 20, seconds: 2 }, 3);
  for (const [second, expected] of [35, 25, 20].entries()) {
    expect(Math.abs((falling[second] ?? 0) - expected)).toBeLessThan(error(expected));
  }
});

test('an exponential ramp from 8 to 64 in 3 s doubles every second', () => {
  const counts = perSecond({ shape: 'exponential', from: 8, to: 64, seconds: 3 }, 4);
  // The integral of 8 · 2^t over a second is (8 / ln 2) · 2^t: 11.54, 23.08, 46.17; then 64.
  for (const [second, expected] of [8 / Math.LN2, 16 / Math.LN2, 32 / Math.LN2, 64].entries()) {
    expect(Math.abs((counts[second] ?? 0) - expected)).toBeLessThan(error(expected));
  }
});

test.each(['linear', 'exponential'] as const)('a level %s ramp is Poisson of that rate', (shape) => {
  const counts = perSecond({ shape, from: 30, to: 30, seconds: 2 }, 3);
  for (const count of counts) expect(Math.abs(count - 30)).toBeLessThan(error(30));
});

test.each(['linear', 'exponential'] as const)('times of a %s ramp never fall, across its end too', (shape) => {
  const arrivals = rampArrivals({ shape, from: 5, to: 200, seconds: 3 }, 1);
  let before = arrivals.next();
  expect(before).toBe(0);
  for (let arrival = 1; arrival < 2000; arrival++) {
    const next = arrivals.next();
    expect(next).toBeGreaterThanOrEqual(before);
    before = next;
  }
});
