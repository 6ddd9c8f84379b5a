import { expect, test } from 'vitest';
import { type FrontPoint, paretoFront, throughputWithin } from '../../src/tco/front.ts';

const point = (latency: number, throughput: number, low: number | null = null, high = low): FrontPoint => ({
  latency,
  throughput,
  low,
  high,
});

test('points that another one beats in latency and throughput are not on the front', () => {
  const front = paretoFront([point(2, 30), point(1, 10), point(3, 25), point(2, 20), point(4, 40), point(4, 35)]);
  expect(front.map(({ latency, throughput }) => [latency, throughput])).toEqual([
    [1, 10],
    [2, 30],
    [4, 40],
  ]);
});

test('a limit beyond the last point gives that point and nothing more', () => {
  const found = throughputWithin([point(1, 10), point(2, 30)], 50);
  expect(found).toMatchObject({ throughput: 30, between: [{ latency: 2 }] });
  expect(found?.between).toHaveLength(1);
});

test('a limit on a point gives that point', () => {
  expect(throughputWithin([point(1, 10), point(2, 30), point(3, 40)], 2)?.throughput).toBe(30);
});

test('nothing is within a limit below the fastest point', () => {
  expect(throughputWithin([point(1, 10), point(2, 30)], 0.999)).toBeNull();
  expect(throughputWithin([], 1)).toBeNull();
});

test('between two points the curve through the front is read, and the same for the ends of the intervals', () => {
  // Throughputs 0, 1 and 4 at 0, 1 and 2 lie on a parabola, which the curve is then: 1.5² at 1.5.
  const points = [point(0, 0, 0, 0), point(1, 1, 0.5, 2), point(2, 4, 2, 8), point(1.9, 0.5)];
  const found = throughputWithin(points, 1.5);
  expect(found?.throughput).toBeCloseTo(2.25, 12);
  expect(found?.low).toBeCloseTo(1.125, 12);
  expect(found?.high).toBeCloseTo(4.5, 12);
  expect(found?.between.map(({ latency }) => latency)).toEqual([1, 2]);
});

test('without the interval of every point there is none between them', () => {
  const found = throughputWithin([point(1, 10, 9, 11), point(2, 30)], 1.5);
  expect(found).toMatchObject({ throughput: 20, low: null, high: null });
});
