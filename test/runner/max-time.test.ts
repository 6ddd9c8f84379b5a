import { expect, test } from 'vitest';
import { droppedText } from '../../src/runner/max-time.ts';
import { plannedCase } from './fixtures/plan.ts';

const cut = (name: string, queries: readonly number[]) => ({ case: plannedCase(name), queries });

test('what was dropped is said with the percentiles that it takes away', () => {
  // 3 × 132 = 396 of 662; five rounds of 132 would have been 660, and of 133 665.
  expect(droppedText([cut('a', [132, 132, 132])], 5)).toBe('--max-time: 2 of 5 rounds were dropped.');
  expect(droppedText([cut('a', [133, 133, 133]), cut('b', [140, 140, 140]), cut('c', [9000, 9000, 9000])], 5)).toBe(
    '--max-time: 2 of 5 rounds were dropped; p99 is lost for 2 cases: 399 to 420 of 662 samples.',
  );
});

test('several percentiles may be lost, and p99.9 is written as such', () => {
  // One of 10 rounds of 70: p95 (130) and p99 (662) would have stood with 700.
  expect(droppedText([cut('a', [70])], 10)).toBe(
    '--max-time: 9 of 10 rounds were dropped; p95 is lost for 1 case: 70 of 130 samples; p99 is lost for 1 case: 70 of 662 samples.',
  );
  expect(droppedText([cut('a', [4000])], 2)).toMatch(/p99\.9 is lost for 1 case: 4,000 of 6,636 samples/);
});

test('cases that lost different numbers of rounds are told apart', () => {
  expect(droppedText([cut('a', [20, 20]), cut('b', [20])], 3)).toMatch(/^--max-time: 1 to 2 of 3 rounds were dropped/);
});

test('offline has no latency to lose', () => {
  const offline = { case: plannedCase('a', { scenario: { kind: 'offline' } }), queries: [70] };
  expect(droppedText([offline], 10)).toBe('--max-time: 9 of 10 rounds were dropped.');
});
