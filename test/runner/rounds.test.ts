import { beforeEach, expect, test, vi } from 'vitest';
import { readHistory } from '../../src/runner/history.ts';
import type { Progress } from '../../src/runner/progress.ts';
import { runRounds } from '../../src/runner/rounds.ts';
import type { RunContext } from '../../src/runner/run-context.ts';
import { plannedCase, policy } from './fixtures/plan.ts';

/** A clock that only rounds move, and rounds that do nothing else. */
const machine = vi.hoisted(() => ({ now: 0, seconds: {} as Record<string, number>, done: [] as string[] }));
vi.mock('../../src/kernel/clock.ts', () => ({ monotonicSeconds: () => machine.now }));
vi.mock('../../src/runner/one-round.ts', () => ({
  runRound: async (
    _context: unknown,
    _history: unknown,
    ready: { case: { key: string } },
    { round }: { round: number },
  ) => {
    machine.now += machine.seconds[ready.case.key] ?? 1;
    machine.done.push(`${ready.case.key}${round}`);
    return { queries: 133 };
  },
}));

beforeEach(() => {
  machine.now = 0;
  machine.done = [];
});

/** Runs five rounds of two cases with a limit of time. */
async function run(maxTimeSeconds: number, seconds: Record<string, number>) {
  machine.seconds = seconds;
  const cases = Object.keys(seconds).map((name) => plannedCase(name, { workload: name }));
  const told: Progress[] = [];
  const skipped: string[] = [];
  const context = {
    plan: { cases, policy: { ...policy, rounds: 5, window: { ...policy.window, minSeconds: 0 }, maxTimeSeconds } },
    onProgress: (progress: Progress) => told.push(progress),
    log: { append: (event: { type: string; key: string }) => skipped.push(`${event.type} ${event.key}`) },
    signal: new AbortController().signal,
    stopped: () => false,
    outOfTime: (more: number) => machine.now + more > maxTimeSeconds,
    fail: () => {},
  } as unknown as RunContext;
  const ready = cases.map((one) => ({ case: one, workload: {} as never, source: {} as never, variant: null }));
  await runRounds(context, readHistory([]), ready, {} as never);
  const notes = told.flatMap((progress) => (progress.type === 'note' ? [progress.message] : []));
  return { done: machine.done, notes, skipped };
}

test('with time enough every round is run', async () => {
  const { done, notes } = await run(1000, { a: 10, b: 20 });
  expect(done).toHaveLength(10);
  expect(notes).toEqual([]);
});

test('a round of all cases that does not fit is dropped as a whole, though one case of it would have fitted', async () => {
  // Each round takes 30 s. After three of them 10 s are left, enough for "a".
  const { done, notes, skipped } = await run(100, { a: 10, b: 20 });
  expect(done).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  // 3 × 133 = 399, and 5 × 133 = 665 would have been enough.
  expect(notes).toEqual(['--max-time: 2 of 5 rounds were dropped; p99 is lost for 2 cases: 399 of 662 samples.']);
  expect(skipped).toEqual([]);
});

test('the first round is taken of as many cases as fit; the others are skipped', async () => {
  // Nothing is known of a case before its first round: 4 s are assumed, and 15 + 4 s are more than 18.
  const { done, notes, skipped } = await run(18, { a: 15, b: 1 });
  expect(done).toEqual(['a0']);
  expect(skipped).toEqual(['case.skipped b']);
  expect(notes).toEqual(['--max-time: 4 of 5 rounds were dropped; p99 is lost for 1 case: 133 of 662 samples.']);
});
