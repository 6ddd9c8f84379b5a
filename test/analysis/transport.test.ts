import { expect, test } from 'vitest';
import { transportOf, wallSeconds } from '../../src/analysis/transport.ts';
import { measured } from './run-fixture.ts';

const outside = { runs: 10, seconds: 0.2, echoSeconds: 0.01, inLatency: false };

test('a case whose models compute in the measured process has no transport', () => {
  expect(transportOf([measured], 0.01)).toBe(null);
});

test('transport is a mean over the queries of all rounds, and its share is of the service time with it', () => {
  const first = { ...measured, queries: 10, transport: outside };
  const second = { ...measured, queries: 30, transport: { ...outside, runs: 30, seconds: 1, echoSeconds: 0.02 } };
  expect(transportOf([first, second], 0.07)).toEqual({
    unit: 's',
    mean: expect.closeTo(0.03, 12), // (0.2 + 1) / 40
    echo: expect.closeTo(0.0175, 12), // (10 · 0.01 + 30 · 0.02) / 40
    share: expect.closeTo(0.3), // 0.03 of 0.07 + 0.03
    inLatency: false,
  });
});

test('where queries run several models or batches, it is that of all of them', () => {
  const four = { ...measured, queries: 10, transport: { ...outside, runs: 40, inLatency: true } };
  // 0.2 / 10 a query; four echoes of 10 ms a query; the service time holds it already.
  expect(transportOf([four], 0.08)).toEqual({ unit: 's', mean: 0.02, echo: 0.04, share: 0.25, inLatency: true });
});

test('on the wall, a window is longer by what its clock did not count', () => {
  const window = { windowSeconds: 3 };
  expect(wallSeconds(window)).toBe(3);
  expect(wallSeconds({ ...window, transport: outside })).toBe(3.2);
  expect(wallSeconds({ ...window, transport: { ...outside, inLatency: true } })).toBe(3);
});
