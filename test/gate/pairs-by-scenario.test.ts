import { expect, test } from 'vitest';
import { pairValues } from '../../src/gate/pair.ts';
import { pairsByScenario, presence } from '../../src/gate/pairs-by-scenario.ts';
import { latency, madePair, observation, timesAsLong } from './made-pairs.ts';

const memory = latency({ metric: 'peak_rss', unit: 'bytes' });

test('pairs are sorted by round, whatever the order of the log', () => {
  const pairs = timesAsLong([1, 2, 3]);
  const sorted = pairsByScenario([latency()], [...pairs].reverse());
  expect(sorted.get('digits')).toEqual({ look: pairs, confirm: [] });
});

test('a round that stands there twice, or is missing, is refused', () => {
  const [first, second, third] = timesAsLong([1, 2, 3]);
  if (first === undefined || second === undefined || third === undefined) throw new Error('Expected three pairs.');
  expect(() => pairsByScenario([latency()], [first, second, second])).toThrow('got 1 for 2');
  expect(() => pairsByScenario([latency()], [first, third])).toThrow(
    /rounds of "digits" to be 0, 1, 2 …, each once; got 2 for 1/,
  );
});

test('a scenario that has no metric is refused with those there are', () => {
  expect(() => pairsByScenario([latency()], timesAsLong([1], { scenario: 'resnet' }))).toThrow(
    /"resnet", which no metric of the settings belongs to\. Known: digits\./,
  );
});

test('metrics that one version alone has are removed or added, and null is no absence', () => {
  const metrics = [latency(), memory, latency({ metric: 'new' }), latency({ metric: 'neither' })];
  const base = observation({ latency_p50: 1, peak_rss: 5 });
  const head = observation({ latency_p50: null, new: 1 });
  const found = presence(metrics, pairsByScenario(metrics, [madePair(0, base, head)]));
  expect(found.both).toEqual([latency()]);
  expect(found.removed).toEqual([{ scenario: 'digits', metric: 'peak_rss' }]);
  expect(found.added).toEqual([{ scenario: 'digits', metric: 'new' }]);
  expect(found.neither.map(({ metric }) => metric)).toEqual(['neither']);
});

test('a metric may be called like a member that every object has', () => {
  const metrics = ['constructor', '__proto__', 'toString'].map((metric) => latency({ metric }));
  // As a log is read: `__proto__` is an entry like any other there.
  const observed = JSON.parse('{ "constructor": 1, "__proto__": 2 }') as Record<string, number>;
  const pair = madePair(0, observation(observed), observation({ constructor: 3 } as unknown as Record<string, number>));
  const found = presence(metrics, pairsByScenario(metrics, [pair]));
  expect(found.both.map(({ metric }) => metric)).toEqual(['constructor']);
  expect(found.removed.map(({ metric }) => metric)).toEqual(['__proto__']);
  expect(found.neither.map(({ metric }) => metric)).toEqual(['toString']);
  expect(metrics.map((metric) => pairValues(pair, metric))).toEqual([{ base: 1, head: 3 }, null, null]);
});

test('a version that failed is taken to have what the other one has', () => {
  const failed = { outcome: 'failed', code: 'EXIT_CODE', message: '1', pid: null } as const;
  const metrics = [latency()];
  expect(
    presence(metrics, pairsByScenario(metrics, [madePair(0, observation({ latency_p50: 1 }), failed)])),
  ).toMatchObject({
    both: metrics,
    removed: [],
  });
});

test('figures that one process measured are refused, within a round and from one to the next', () => {
  const of = (pid: number) => ({ ...observation({ latency_p50: 1 }), pid });
  const sorted = (...pids: readonly (readonly [number, number])[]) =>
    pairsByScenario(
      [latency()],
      pids.map(([base, head], round) => madePair(round, of(base), of(head))),
    );
  // Base runs first in even rounds, head in odd ones: 1 2, then 4 3.
  expect(() => sorted([1, 2], [3, 4])).not.toThrow();
  expect(() => sorted([7, 7])).toThrow(expect.objectContaining({ code: 'NOT_FRESH_PROCESSES', exitCode: 3 }));
  expect(() => sorted([1, 2], [3, 2])).toThrow('in look round 1, process 2 measured again');
});
