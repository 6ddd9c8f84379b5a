import { expect, test } from 'vitest';
import { fitLine, type Growth, OverSaturationWatch } from '../../src/stats/over-saturation.ts';
import { generator, normal, uniform } from '../../src/stats/random.ts';

interface Queue {
  /** Queries a second that arrive, in a Poisson process, and that can be served, exponential times each. */
  readonly arriving: number;
  readonly served: number;
  readonly seconds: number;
  readonly seed: number;
}

/** Lets a queue run into the watch; `alarm`: when it said that the load is too much. */
function watch({ arriving, served, seconds, seed }: Queue): { alarm: number | null; growth: Growth | null } {
  const source = generator(seed);
  const exponential = (): number => -Math.log1p(-uniform(source));
  const watching = new OverSaturationWatch();
  let alarm: number | null = null;
  let free = 0;
  for (let sent = exponential() / arriving; sent < seconds; sent += exponential() / arriving) {
    free = Math.max(free, sent) + exponential() / served;
    if (watching.add(sent, free, free - sent)) alarm ??= free;
  }
  return { alarm, growth: watching.growth };
}

test.each([25, 40])('%d queries a second of 50 that can be served raise no alarm in five minutes', (share) => {
  for (let seed = 0; seed < 10; seed++) {
    expect(watch({ arriving: share, served: 50, seconds: 300, seed }).alarm).toBe(null);
  }
});

test('a load of 150 % raises the alarm as soon as half a minute is over', () => {
  for (let seed = 0; seed < 10; seed++) {
    const { alarm, growth } = watch({ arriving: 75, served: 50, seconds: 60, seed });
    expect(alarm).toBeGreaterThan(29);
    expect(alarm).toBeLessThan(40);
    // 25 queries a second too many; each waits 1 / 50 s for each that is before it. Seen at completion, 2/3 of the time has passed when sent.
    expect(growth?.inFlightSlope).toBeGreaterThan(10);
    expect(growth?.latencySlope).toBeGreaterThan(0.2);
  }
});

test('a window of five seconds is told apart at 50 and 150 % when it is over, and raises no alarm before', () => {
  for (let seed = 0; seed < 20; seed++) {
    const idle = watch({ arriving: 100, served: 200, seconds: 5.2, seed });
    const busy = watch({ arriving: 300, served: 200, seconds: 5.2, seed });
    expect([idle.alarm, busy.alarm]).toEqual([null, null]);
    expect([idle.growth?.significant, busy.growth?.significant]).toEqual([false, true]);
  }
});

test('a few queries that wait at the end of a short window that is kept up with are chance', () => {
  // Five queries a second, 80 % of what can be served: of 25 queries 15 % are four, and 12 % of such windows end with more.
  let alarms = 0;
  for (let seed = 0; seed < 400; seed++) {
    if (watch({ arriving: 5, served: 6.25, seconds: 5.2, seed }).growth?.significant === true) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(8);
});

test('of less than four seconds nothing is said', () => {
  expect(watch({ arriving: 300, served: 200, seconds: 2.5, seed: 1 }).growth).toBe(null);
});

test('what was two minutes ago does not count', () => {
  const watching = new OverSaturationWatch();
  // An even load for 200 s; then each query waits longer than the one before by 1/20 s.
  const even = (query: number): number => 0.05 + 0.001 * (query % 3);
  let alarm = 0;
  for (let query = 0; query < 2000; query++) watching.add(query / 10, query / 10 + even(query), even(query));
  for (let query = 0; query < 2000 && alarm === 0; query++) {
    const sent = 200 + query / 10;
    const latency = even(query) + query / 20;
    if (watching.add(sent, sent + latency, latency)) alarm = sent - 200;
  }
  expect(alarm).toBeGreaterThan(0);
  expect(watching.growth?.seconds).toBeLessThanOrEqual(120);
});

test('a line is found with its slope, and a bound that the slope of noise passes in 1 of 20', () => {
  expect(fitLine([0, 1, 2, 3], [1, 3, 5, 7]).slope).toBe(2);
  const source = generator(3);
  let passed = 0;
  const lines = 2000;
  for (let line = 0; line < lines; line++) {
    const times = Array.from({ length: 40 }, (_, index) => index);
    const { slope, bound } = fitLine(
      times,
      times.map(() => normal(source)),
    );
    if (slope > bound) passed++;
  }
  // The correlation that 40 independent values seem to have makes the bound a little wider now and then.
  expect(passed / lines).toBeGreaterThan(0.02);
  expect(passed / lines).toBeLessThan(0.06);
});

test('correlated noise passes the bound far less often than a test that takes it for independent would let it', () => {
  const source = generator(4);
  const slopes = Array.from({ length: 500 }, () => {
    let value = 0;
    const values = Array.from({ length: 60 }, () => {
      value = 0.8 * value + normal(source);
      return value;
    });
    const times = values.map((_, index) => index);
    const { slope, bound } = fitLine(times, values);
    const level = values.reduce((sum, one) => sum + one, 0) / 60;
    const residuals = values.map((one, index) => one - level - slope * (index - 29.5));
    // 60 values a second apart: Σ (t − 29.5)² = 60 · (60² − 1) / 12 = 17,995; one-sided t of 58 degrees at 95 % is 1.672.
    const plain = 1.672 * Math.sqrt(residuals.reduce((sum, one) => sum + one ** 2, 0) / 58 / 17_995);
    return { corrected: slope > bound, plain: slope > plain };
  });
  const share = (of: 'corrected' | 'plain') => slopes.filter((one) => one[of]).length / slopes.length;
  expect(share('plain')).toBeGreaterThan(0.2);
  // 60 values say too little of how long they remember: the bound is too narrow still.
  expect(share('corrected')).toBeLessThan(0.6 * share('plain'));
});
