import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/results/events.ts';
import { readHistory } from '../../src/runner/history.ts';
import { isOpen } from '../../src/runner/prepare.ts';
import { plannedCase } from './fixtures/plan.ts';

const at = { at: '2026-01-01T00:00:00.000Z', t: 0 };
const samples = { file: 'samples/x.parquet', rows: 1, sha256: '0' };
const cause = { code: 'X', message: 'x', exitCode: 1, signal: null, stderrTail: '' };
const started = (key: string, round: number, pid = 7): RunEvent => ({
  ...at,
  type: 'round.started',
  key,
  round,
  order: 0,
  seed: 1,
  pid,
});
const interrupted = (key: string, round: number): RunEvent => ({
  ...at,
  type: 'round.interrupted',
  key,
  round,
  samples,
  telemetry: null,
  why: 'SIGINT',
});
// What was measured is of no interest to the history.
const finished = (key: string, round: number) =>
  ({ ...at, type: 'round.finished', key, round, samples, telemetry: null, measured: {} }) as unknown as RunEvent;

test('a round that was started and never ended is cut, with its process', () => {
  const history = readHistory([started('a', 0), finished('a', 0), started('b', 0, 42)]);
  expect(history.cut).toEqual([{ key: 'b', round: 0, attempt: 1, pid: 42 }]);
  expect(history.openPids).toEqual([42]);
  expect([...history.finished]).toEqual(['a/0']);
});

test('the rerun of a cut round is another attempt', () => {
  const history = readHistory([started('a', 0), interrupted('a', 0), started('a', 0)]);
  expect(history.attempts.get('a/0')).toBe(2);
  expect(history.cut).toEqual([{ key: 'a', round: 0, attempt: 2, pid: 7 }]);
});

test('an interrupted round is run again, a finished one is not', () => {
  const history = readHistory([started('a', 0), finished('a', 0), started('b', 0), interrupted('b', 0)]);
  expect(isOpen(plannedCase('a'), 1, history)).toBe(false);
  expect(isOpen(plannedCase('b'), 1, history)).toBe(true);
});

test('a case is open until all its rounds are finished', () => {
  const history = readHistory([started('a', 0), finished('a', 0)]);
  expect(isOpen(plannedCase('a'), 2, history)).toBe(true);
});

test('cases that failed or were skipped are not run again', () => {
  const history = readHistory([
    { ...at, type: 'proof.failed', keys: ['a'], cause },
    { ...at, type: 'case.skipped', key: 'b', reason: { code: 'X', need: null, have: null }, message: 'x' },
    { ...at, type: 'round.failed', key: 'c', round: 0, cause, samples: null, telemetry: null },
  ]);
  expect(['a', 'b', 'c', 'd'].map((name) => isOpen(plannedCase(name), 1, history))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('a search is read with its probes, how often each was started, and its end', () => {
  const startedProbe = (probe: number, pid: number): RunEvent => ({
    ...at,
    type: 'probe.started',
    key: 'a',
    probe,
    pid,
  });
  const finishedProbe = (probe: number, rate: number) =>
    ({ ...at, type: 'probe.finished', key: 'a', probe, rate }) as unknown as RunEvent;
  const cut = readHistory([startedProbe(0, 1), finishedProbe(0, 5), startedProbe(1, 2)]);
  expect(cut.searches.get('a')?.probes.map(({ rate }) => rate)).toEqual([5]);
  expect(cut.searches.get('a')?.attempts.get(1)).toBe(1);
  expect(cut.searches.get('a')?.end).toBeNull();
  // Whoever resumes has to wait for it.
  expect(cut.openPids).toEqual([2]);

  const end: RunEvent = { ...at, type: 'search.finished', key: 'a', rate: 5, reason: null };
  const whole = readHistory([startedProbe(0, 1), startedProbe(0, 2), finishedProbe(0, 5), end]);
  expect(whole.searches.get('a')?.attempts.get(0)).toBe(2);
  expect(whole.searches.get('a')?.end).toEqual({ rate: 5 });
  expect(whole.openPids).toEqual([]);
});
