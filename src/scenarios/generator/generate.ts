import type { ArrivalTimes } from '../arrivals/arrival-times.ts';
import { type WindowBounds, windowHasEnded } from '../window.ts';
import type { QueryRing, Stopped } from './query-ring.ts';

/** What a generator needs beside the ring: nothing here reads a clock of its own. */
export interface Generation {
  readonly ring: QueryRing;
  readonly bounds: WindowBounds;
  /** Seconds on the monotonic clock of all threads. Spins on it: it is read as often as can be. */
  readonly now: () => number;
}

/**
 * Sends queries on a schedule, whatever becomes of them: those of the warm-up until the window is ordered, then those of the window, which begins
 * at that moment with its own schedule. Queries that the warm-up has sent stay in the queue. The window takes all queries that are due
 * before its bounds. Returns why it sent no more before them, or null.
 * @param warmup null: there is none.
 */
export function generateOnSchedule(
  { ring, bounds, now }: Generation,
  warmup: ArrivalTimes | null,
  window: ArrivalTimes,
): Stopped | null {
  if (warmup !== null) {
    const start = now();
    ring.begin('warm-up', start);
    let due = warmup.next();
    for (let count = 0; ring.command === 'start'; ) {
      const time = now() - start;
      if (time < due) continue;
      // Full before the window: the server is about to order it, and takes until then.
      if (!ring.push(-1 - count, due, time)) continue;
      count++;
      due = warmup.next();
    }
  }

  const start = now();
  ring.begin('window', start);
  let due = window.next();
  for (let count = 0; due < Number.POSITIVE_INFINITY; due = window.next()) {
    if (count > 0 && windowHasEnded(bounds, count, due)) break;
    let time = now() - start;
    while (time < due) {
      if (ring.command === 'stop') return 'OVER_SATURATED';
      time = now() - start;
    }
    if (!ring.push(count, due, time)) return 'QUEUE_FULL';
    count++;
    if (ring.command === 'stop') return 'OVER_SATURATED';
  }
  return null;
}

/**
 * Keeps `concurrency` queries under way: each is scheduled at the moment at which another one was completed. Those that are scheduled after
 * the window was ordered are the window's, up to its bounds, which count from the completion of the last query of the warm-up: until then it is
 * those that are served.
 */
export function generateClosedLoop({ ring, bounds, now }: Generation, concurrency: number, hasWarmup: boolean): null {
  let warmupStart = Number.NaN;
  let windowStart = Number.POSITIVE_INFINITY;
  let servedSince = Number.POSITIVE_INFINITY;
  if (hasWarmup) {
    warmupStart = now();
    ring.begin('warm-up', warmupStart);
  } else {
    windowStart = now();
    servedSince = windowStart;
    ring.begin('window', windowStart);
  }
  const counts = { warmup: 0, window: 0 };
  /** false: the window is over. */
  const send = (moment: number): boolean => {
    if (moment < windowStart) {
      ring.push(-1 - counts.warmup++, moment - warmupStart, now() - warmupStart);
      return true;
    }
    if (counts.window > 0 && windowHasEnded(bounds, counts.window, Math.max(0, moment - servedSince))) return false;
    ring.push(counts.window++, moment - windowStart, now() - windowStart);
    return true;
  };

  const begun = hasWarmup ? warmupStart : windowStart;
  for (let query = 0; query < concurrency; query++) send(begun);
  for (let seen = 0; ; ) {
    if (windowStart === Number.POSITIVE_INFINITY && ring.command === 'window') {
      windowStart = now();
      ring.begin('window', windowStart);
    }
    if (ring.command === 'stop') return null;
    if (ring.completed === seen) continue;
    const moment = ring.completedAt(seen);
    if (moment >= windowStart && seen === ((counts.warmup - 1) | 0)) servedSince = moment;
    if (!send(moment)) return null;
    seen = (seen + 1) | 0;
  }
}
