import { expect, test } from 'vitest';
import { QueryRing } from '../../../src/scenarios/generator/query-ring.ts';

function takeAll(ring: QueryRing): number[][] {
  const taken: number[][] = [];
  while (ring.take()) taken.push([ring.number, ring.scheduled, ring.sent]);
  return taken;
}

test('queries are taken in the order in which they were put, also by another view of the memory', () => {
  const ring = QueryRing.allocate(4);
  ring.push(-1, 0.5, 0.75);
  ring.push(0, 1.5, 1.75);
  const other = new QueryRing(ring.shared);
  expect(other.capacity).toBe(4);
  expect(other.waiting).toBe(2);
  expect(takeAll(other)).toEqual([
    [-1, 0.5, 0.75],
    [0, 1.5, 1.75],
  ]);
  expect(ring.waiting).toBe(0);
  expect(ring.take()).toBe(false);
});

test('a full ring takes no query more until one has been taken', () => {
  const ring = QueryRing.allocate(2);
  expect([ring.push(0, 0, 0), ring.push(1, 1, 1), ring.push(2, 2, 2)]).toEqual([true, true, false]);
  ring.take();
  expect(ring.push(3, 3, 3)).toBe(true);
  expect(takeAll(ring).map(([number]) => number)).toEqual([1, 3]);
});

test('places are used again, many times round', () => {
  const ring = QueryRing.allocate(4);
  for (let query = 0; query < 1000; query++) {
    ring.push(query, query / 2, query);
    ring.complete(query * 10);
    expect(takeAll(ring)).toEqual([[query, query / 2, query]]);
    expect(ring.completedAt(query)).toBe(query * 10);
  }
  expect(ring.completed).toBe(1000);
});

test('orders, states and the moments of phases are seen on the other side', () => {
  const ring = QueryRing.allocate(2);
  const other = new QueryRing(ring.shared);
  expect([other.command, other.state, other.stopped]).toEqual(['none', 'waiting', null]);
  ring.order('window');
  other.begin('warm-up', 5);
  other.begin('window', 7.25);
  expect(other.command).toBe('window');
  expect([ring.state, ring.startOf('warm-up'), ring.startOf('window')]).toEqual(['window', 5, 7.25]);
  other.end('QUEUE_FULL');
  expect([ring.state, ring.stopped]).toEqual(['ended', 'QUEUE_FULL']);
});

test('nobody sleeps beside a query that waits', () => {
  const ring = QueryRing.allocate(2);
  ring.push(0, 0, 0);
  // Would not come back within the time of a test.
  ring.sleep(3_600_000);
  expect(ring.waiting).toBe(1);
});
