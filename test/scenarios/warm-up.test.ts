import { expect, test } from 'vitest';
import { WarmUp } from '../../src/scenarios/warm-up.ts';

const bounds = { minQueries: 3, minSeconds: 2, maxSeconds: 10, until: 'minimum' } as const;

/** Says that the latency is steady from query number `from` on. */
const steadyFrom = (from: number) => {
  let queries = 0;
  return { add: () => ++queries >= from };
};

/** How many queries of a second each the warm-up takes. */
function queriesUntilOver(warmUp: WarmUp): number {
  let queries = 1;
  while (!warmUp.add(queries, 1)) queries++;
  return queries;
}

test('without a watch the warm-up ends when both minima are reached', () => {
  const warmUp = new WarmUp(bounds, null);
  expect(queriesUntilOver(warmUp)).toBe(3);
  expect(warmUp.outcome).toEqual({ queries: 3, seconds: 3, ended: 'minimum' });
});

test('with a watch it goes on until the latency is steady', () => {
  const warmUp = new WarmUp(bounds, steadyFrom(6));
  expect(queriesUntilOver(warmUp)).toBe(6);
  expect(warmUp.outcome.ended).toBe('plateau');
});

test('a latency that is steady at once does not end it before its minima', () => {
  expect(queriesUntilOver(new WarmUp(bounds, steadyFrom(1)))).toBe(3);
});

test('what never becomes steady ends it at its maximum, and it says so', () => {
  const warmUp = new WarmUp(bounds, steadyFrom(1000));
  expect(queriesUntilOver(warmUp)).toBe(10);
  expect(warmUp.outcome).toEqual({ queries: 10, seconds: 10, ended: 'no plateau' });
});

test('without minima and without a watch there is no warm-up', () => {
  const none = { ...bounds, minQueries: 0, minSeconds: 0 };
  expect(new WarmUp(none, null).isWanted).toBe(false);
  expect(new WarmUp(none, null).outcome).toEqual({ queries: 0, seconds: 0, ended: 'minimum' });
  expect(new WarmUp(none, steadyFrom(2)).isWanted).toBe(true);
});
