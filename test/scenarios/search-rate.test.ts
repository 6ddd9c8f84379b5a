import { expect, test } from 'vitest';
import { type RateBounds, RateSearchSteps } from '../../src/scenarios/search-rate.ts';
import { generator, uniform } from '../../src/stats/random.ts';

const bounds: RateBounds = { start: 10, lowest: 0.01, highest: 1e6 };

/** The rates that were tried, and what was found, when `passes` decides. */
function search(passes: (rate: number) => boolean, change: Partial<RateBounds> = {}) {
  const steps = new RateSearchSteps({ ...bounds, ...change });
  const tried: number[] = [];
  for (let rate = steps.next; rate !== null; rate = steps.next) {
    tried.push(rate);
    if (tried.length > 100) throw new Error('The search does not end.');
    steps.add(passes(rate));
  }
  return { tried, found: steps.found };
}

test('the rate doubles until it fails, then the stretch between is halved until the step is below 1 %', () => {
  const { tried, found } = search((rate) => rate <= 30);
  // Between 20 and 40: 30 passes, 35, 32.5, 31.3 (31.25), 30.6 (30.65) and 30.3 fail; the next step, 0.15, is below 1 % of 30.
  expect(tried).toEqual([10, 20, 40, 30, 35, 32.5, 31.3, 30.6, 30.3]);
  expect(found).toBe(30);
});

test('where already the first rate fails it is halved until one passes', () => {
  const { tried, found } = search((rate) => rate <= 1.6);
  expect(tried.slice(0, 4)).toEqual([10, 5, 2.5, 1.25]);
  expect(found).toBeGreaterThan(1.6 * 0.98);
  expect(found).toBeLessThanOrEqual(1.6);
});

test.each([0.037, 0.9, 7, 99.5, 1234, 87_654])('what passes up to %d is found to 2 %%, within 40 tries', (capacity) => {
  const { tried, found } = search((rate) => rate <= capacity);
  expect(found).toBeLessThanOrEqual(capacity);
  expect(found).toBeGreaterThan(capacity * 0.98);
  expect(tried.length).toBeLessThan(40);
  expect(new Set(tried).size).toBe(tried.length);
});

test('where nothing passes down to the lowest rate, nothing is found', () => {
  expect(search(() => false, { lowest: 2 })).toEqual({ tried: [10, 5, 2.5, 2], found: null });
});

test('where everything passes, the highest rate is the answer', () => {
  expect(search(() => true, { highest: 50 })).toEqual({ tried: [10, 20, 40, 50], found: 50 });
});

test('a start out of bounds is taken into them', () => {
  expect(search(() => true, { start: 1000, highest: 50 }).tried).toEqual([50]);
  expect(search(() => false, { start: 0.001, lowest: 2 }).tried).toEqual([2]);
});

test('of a system with noise, what is found lies where it fails as often as it passes', () => {
  // Of an M/M/1 queue that serves 100 a second, 1 / (100 − rate) is the mean response time: 50 ms at 80. Each probe is off by up to 10 %.
  const random = generator(7);
  const found = Array.from({ length: 200 }, () => {
    const passes = (rate: number) => rate < 100 && (0.9 + 0.2 * uniform(random)) / (100 - rate) <= 0.05;
    return search(passes).found ?? 0;
  });
  // 0.9 and 1.1 times 50 ms are met at 82 and 78.
  expect(Math.min(...found)).toBeGreaterThan(77);
  expect(Math.max(...found)).toBeLessThan(83);
  expect(found.reduce((sum, rate) => sum + rate, 0) / found.length).toBeCloseTo(80, -0.5);
});

test('the same outcomes lead through the same rates: a search can be gone on with', () => {
  const whole = search((rate) => rate <= 317);
  const steps = new RateSearchSteps(bounds);
  for (const rate of whole.tried) {
    expect(steps.next).toBe(rate);
    steps.add(rate <= 317);
  }
  expect(steps.next).toBeNull();
  expect(() => steps.add(true)).toThrow(/has ended/);
});

test.each<Partial<RateBounds>>([{ start: 0 }, { lowest: 0 }, { lowest: 10, highest: 5 }, { start: Number.NaN }])(
  'bounds such as %j are refused',
  (change) => {
    expect(() => new RateSearchSteps({ ...bounds, ...change })).toThrow(RangeError);
  },
);
