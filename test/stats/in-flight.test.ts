import { expect, test } from 'vitest';
import { InFlightCounter } from '../../src/stats/in-flight.ts';

const counts = (rows: readonly (readonly [sent: number, completed: number])[]): number[] => {
  const counter = new InFlightCounter();
  return rows.map(([sent, completed]) => counter.add(sent, completed));
};

test('a query counts those that were not completed when it was sent, and itself', () => {
  expect(
    counts([
      [0, 2],
      [1, 4], // beside the first
      [1.5, 5], // beside both
      [2, 6], // the first is completed at this moment
      [7, 8], // all are
    ]),
  ).toEqual([1, 2, 3, 3, 1]);
});

test('queries one after another are one at a time, however many they are', () => {
  const rows = Array.from({ length: 20_000 }, (_, query): [number, number] => [query, query + 1]);
  expect(Math.max(...counts(rows))).toBe(1);
});

test('after long use the count still holds', () => {
  // Each query is sent when the third before it is completed.
  const rows = Array.from({ length: 20_000 }, (_, query): [number, number] => [query, query + 3]);
  expect(counts(rows).slice(-5)).toEqual([3, 3, 3, 3, 3]);
});
