import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueryRing, Stopped } from './generator/query-ring.ts';
import type { WarmUp } from './warm-up.ts';
import type { Load } from './window.ts';

/** The side of a scenario that takes queries from the ring and serves them one at a time, in the order in which they were sent. */
export interface QueueLoad extends Omit<Load, 'bounds' | 'record'> {
  readonly ring: QueryRing;
  readonly warmUp: WarmUp;
  readonly isClosedLoop: boolean;
  /** Whether the generator's thread still lives; throws the error that ended it. */
  readonly check: () => void;
  /** Called between the last query of the warm-up and the first of the window, at which nothing else happens. */
  readonly beginWindow: () => void;
  /** As `Load` has it, of the queries of the warm-up until the window begins and of those of the window; `true` stops the load. */
  readonly record: (phase: 'warm-up' | 'window', ...row: Parameters<Load['record']>) => boolean | undefined;
  /** After the load has ended, queries are served until this moment of the clock; those that then wait are counted. */
  readonly drainUntil: number;
}

export interface QueueOutcome {
  readonly start: number;
  /** Queries of the window that were served, and those that were not. */
  readonly queries: number;
  readonly unserved: number;
  readonly seconds: number;
  readonly stopped: Stopped | null;
}

/** While nothing is to be served, the event loop gets a turn this often: it brings the error of a thread that died. */
const sleepMilliseconds = 50;

/** The warm-up ends when the queue is this full: the load is more than can be served, and the window is to have room to show it. */
const fullWarmUp = 0.5;

/**
 * Serves what the generator sends: the warm-up, then the window and its drain. Sleeps while none waits.
 *
 * The queries that the warm-up has left in the queue are served without being recorded. On a schedule that is in the window, whose time is the
 * schedule's. In a closed loop the window begins when the last of them is done: as many as are under way would else take its time and count
 * nowhere, and its rate would be too low. The first of its queries were scheduled before 0 then.
 */
export async function serveQueue(load: QueueLoad): Promise<QueueOutcome> {
  const { ring, warmUp, now, stage, issue, record, drainUntil, isClosedLoop } = load;
  let isWarmingUp = warmUp.isWanted;
  let seconds = 0;
  let queries = 0;
  let warmUpQueries = 0;
  let staged = -1;
  let done = Number.NaN;
  /** What times of a closed loop's window are counted from; NaN: none of its queries has been taken. */
  let loopStart = Number.NaN;

  const prepare = (query: number): Promise<void> | undefined => {
    if (staged === query) return undefined;
    staged = query;
    return stage?.(query);
  };
  const beginWindow = (): void => {
    isWarmingUp = false;
    ring.order('window');
    if (!isClosedLoop) load.beginWindow();
  };
  const beginLoop = (): void => {
    if (warmUp.isWanted) load.beginWindow();
    loopStart = warmUp.isWanted ? done : ring.startOf('window');
  };
  if (isWarmingUp) ring.order('start');
  else {
    load.beginWindow();
    ring.order('start');
  }

  for (;;) {
    if (ring.waiting === 0) {
      if (ring.state === 'ended' && ring.waiting === 0) break;
      // Known before it is known when it arrives: what staging takes is in the latency of no query that finds the engine free.
      await prepare(isWarmingUp ? warmUpQueries : queries);
      load.check();
      ring.sleep(sleepMilliseconds);
      if (ring.waiting === 0) await nextTurn();
      continue;
    }
    if (ring.state === 'ended' && now() >= drainUntil) break;
    ring.take();
    const { number } = ring;
    const phase = number < 0 ? 'warm-up' : 'window';
    const query = number < 0 ? -1 - number : number;
    const sentFrom = ring.startOf(phase);
    if (isClosedLoop && number === 0) beginLoop();
    const start = isClosedLoop && phase === 'window' ? loopStart : sentFrom;
    const scheduled = ring.scheduled + (sentFrom - start);
    const sent = ring.sent + (sentFrom - start);
    // Awaited only where there is something to wait for: the harness is to cost as little as it can.
    const staging = prepare(query);
    if (staging !== undefined) await staging;
    staged = -1;
    const started = now() - start;
    await issue(query);
    done = now();
    if (isClosedLoop) ring.complete(done);
    const completed = done - start;
    if (phase === 'window') {
      if (record(phase, query, scheduled, sent, started, completed) === true) ring.order('stop');
      queries++;
      seconds = completed;
    } else if (isWarmingUp) {
      record(phase, query, scheduled, sent, started, completed);
      warmUpQueries++;
      if (warmUp.add(completed, completed - scheduled) || ring.waiting > ring.capacity * fullWarmUp) beginWindow();
    }
  }
  return {
    start: isClosedLoop ? loopStart : ring.startOf('window'),
    queries,
    unserved: unservedOf(ring),
    seconds,
    stopped: ring.stopped,
  };
}

/** Empties the queue and counts what the window has left in it. */
function unservedOf(ring: QueryRing): number {
  let unserved = 0;
  while (ring.take()) if (ring.number >= 0) unserved++;
  return unserved;
}
