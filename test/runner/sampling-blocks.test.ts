import { expect, test } from 'vitest';
import { blockSettings, SamplingBlocks } from '../../src/runner/sampling-blocks.ts';
import { policy } from './fixtures/plan.ts';

const blocky = (minSeconds: number): typeof policy => ({
  ...policy,
  observerBlocks: true,
  window: { ...policy.window, minSeconds },
});

test('a block is a sixteenth of the window, one second at most and half of one at least', () => {
  expect(blockSettings(blocky(30), 10, 7)).toEqual({ seconds: 1, seed: 7 });
  expect(blockSettings(blocky(12), 10, 7)).toEqual({ seconds: 0.75, seed: 7 });
  expect(blockSettings(blocky(2), 10, 7)).toEqual({ seconds: 0.5, seed: 7 });
});

test('there are no blocks where the policy wants none, or less than two samples would fall into one', () => {
  expect(blockSettings(policy, 10, 7)).toBeNull();
  expect(blockSettings(blocky(30), 2, 7)).not.toBeNull();
  expect(blockSettings(blocky(30), 1.9, 7)).toBeNull();
  expect(blockSettings(blocky(2), 2, 7)).toBeNull();
});

test('one block of each pair is sampled, which of them is drawn from the seed', () => {
  const orders = [1, 2].map((seed) => {
    const blocks = new SamplingBlocks({ seconds: 1, seed });
    return Array.from({ length: 40 }, (_, block) => blocks.at(block + 0.5));
  });
  for (const order of orders) {
    expect(order.map(({ block }) => block)).toEqual(Array.from({ length: 40 }, (_, block) => block));
    for (let pair = 0; pair < 20; pair++) expect(order[2 * pair]?.on).toBe(!order[2 * pair + 1]?.on);
    const first = order.filter(({ block, on }) => block % 2 === 0 && on).length;
    // Of 20 fair draws, fewer than 3 or more than 17 have a chance of 1 in 2,500.
    expect(first).toBeGreaterThan(2);
    expect(first).toBeLessThan(18);
  }
  expect(orders[0]?.map(({ on }) => on)).not.toEqual(orders[1]?.map(({ on }) => on));
  const again = new SamplingBlocks({ seconds: 1, seed: 1 });
  expect(orders[0]?.map((_, block) => again.at(block + 0.5).on)).toEqual(orders[0]?.map(({ on }) => on));
});

/** Times of the ticks of the first `seconds`, each `late` after it was due. */
function ticks(blocks: SamplingBlocks, seconds: number, period: number, late: number): number[] {
  const times: number[] = [];
  let at = 0;
  while (at < seconds) {
    at += blocks.secondsToNextTick(at, period) + late;
    times.push(at);
  }
  return times;
}

test.each([0, 0.001, -0.001])(
  'at each edge is a tick, and ten within each sampled second, with timers %f s late',
  (late) => {
    const blocks = new SamplingBlocks({ seconds: 1, seed: 3 });
    const times = ticks(blocks, 20, 0.1, late);
    for (let block = 0; block < 20; block++) {
      const within = times.filter((at) => at > block + 0.01 && at < block + 0.99);
      expect(within).toHaveLength(blocks.at(block + 0.5).on ? 10 : 0);
      if (block > 0) expect(times.filter((at) => Math.abs(at - block) < 0.01)).toHaveLength(1);
    }
  },
);

test('no two samples are further apart than a block, however often it is sampled', () => {
  for (const hertz of [2, 3, 10, 50]) {
    const times = ticks(new SamplingBlocks({ seconds: 1, seed: 9 }), 60, 1 / hertz, 0);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1 + 1e-9);
    // Half of the time at the rate, and a tick at each edge: no more than without blocks.
    expect(times.length / 60).toBeLessThanOrEqual(hertz + 0.2);
  }
});
