import { expect, test } from 'vitest';
import { QueryRing } from '../../src/scenarios/generator/query-ring.ts';
import { type QueueLoad, serveQueue } from '../../src/scenarios/serve-queue.ts';
import { WarmUp } from '../../src/scenarios/warm-up.ts';

const noWarmUp = new WarmUp({ minQueries: 0, minSeconds: 0, maxSeconds: 1, until: 'minimum' }, null);

/** A machine on which a query takes `seconds`, its clock at 100. What is in the ring was put there before. */
function machine(ring: QueryRing, seconds: number, change: Partial<QueueLoad> = {}) {
  let time = 100;
  const steps: unknown[][] = [];
  const load: QueueLoad = {
    ring,
    warmUp: noWarmUp,
    isClosedLoop: false,
    now: () => time,
    issue: async (query) => {
      steps.push(['issue', query]);
      time += seconds;
    },
    check: () => {},
    beginWindow: () => void steps.push(['begin']),
    record: (...row) => {
      steps.push(row);
      return undefined;
    },
    drainUntil: Number.POSITIVE_INFINITY,
    ...change,
  };
  return { load, steps, pass: (more: number) => (time += more) };
}

/** A ring whose generator has sent these queries of the window, which began at 100, and ended. */
function sentRing(rows: readonly (readonly [number: number, scheduled: number, sent: number])[]): QueryRing {
  const ring = QueryRing.allocate(16);
  ring.begin('window', 100);
  for (const row of rows) ring.push(...row);
  ring.end(null);
  return ring;
}

test('queries that arrive while one is served wait, and what they waited is neither lateness nor service', async () => {
  const ring = sentRing([
    [0, 0, 0],
    [1, 0.25, 0.5],
    [2, 0.5, 0.5],
  ]);
  const { load, steps } = machine(ring, 1);
  const outcome = await serveQueue(load);
  // [phase, query, scheduled, sent, started, completed]
  expect(steps.filter(([what]) => what === 'window')).toEqual([
    ['window', 0, 0, 0, 0, 1],
    ['window', 1, 0.25, 0.5, 1, 2],
    ['window', 2, 0.5, 0.5, 2, 3],
  ]);
  expect(outcome).toEqual({ start: 100, queries: 3, unserved: 0, seconds: 3, stopped: null });
});

test('the window begins when the warm-up is over; what that left is served in it and not recorded', async () => {
  const ring = QueryRing.allocate(16);
  ring.begin('warm-up', 100);
  for (const number of [-1, -2, -3]) ring.push(number, 0, 0);
  const { load, steps } = machine(ring, 1, {
    warmUp: new WarmUp({ minQueries: 2, minSeconds: 0, maxSeconds: 9, until: 'minimum' }, null),
  });
  const order = ring.order.bind(ring);
  ring.order = (command) => {
    order(command);
    steps.push([command]);
    if (command !== 'window') return;
    ring.begin('window', 102);
    ring.push(0, 0, 0);
    ring.end(null);
  };
  const outcome = await serveQueue(load);
  expect(steps).toEqual([
    ['start'],
    ['issue', 0],
    ['warm-up', 0, 0, 0, 0, 1],
    ['issue', 1],
    ['warm-up', 1, 0, 0, 1, 2],
    ['window'],
    ['begin'],
    ['issue', 2], // of the warm-up: in the way, and on no record
    ['issue', 0],
    ['window', 0, 0, 0, 1, 2],
  ]);
  expect(outcome).toMatchObject({ start: 102, queries: 1, seconds: 2 });
  expect(load.warmUp.outcome).toEqual({ queries: 2, seconds: 2, ended: 'minimum' });
});

test('the window of a closed loop begins when the last query of the warm-up is done, so that no service is in its time that is not in its count', async () => {
  const ring = QueryRing.allocate(16);
  ring.begin('warm-up', 100);
  for (const number of [-1, -2, -3]) ring.push(number, 0, 0);
  const { load, steps } = machine(ring, 1, {
    isClosedLoop: true,
    warmUp: new WarmUp({ minQueries: 1, minSeconds: 0, maxSeconds: 9, until: 'minimum' }, null),
  });
  const order = ring.order.bind(ring);
  ring.order = (command) => {
    order(command);
    if (command !== 'window') return;
    // Ordered at 101, when the first query is done; what is scheduled then is served behind the two that are under way.
    ring.begin('window', 101);
    ring.push(0, 0, 0.25);
    ring.push(1, 1, 1);
    ring.end(null);
  };
  const outcome = await serveQueue(load);
  expect(steps).toEqual([
    ['issue', 0],
    ['warm-up', 0, 0, 0, 0, 1],
    ['issue', 1],
    ['issue', 2],
    ['begin'],
    ['issue', 0],
    ['window', 0, -2, -1.75, 0, 1],
    ['issue', 1],
    ['window', 1, -1, -1, 1, 2],
  ]);
  // Two queries of a second each, in two seconds.
  expect(outcome).toMatchObject({ start: 103, queries: 2, seconds: 2 });
});

test('a warm-up whose queue is half full ends, whatever it still waits for', async () => {
  const ring = QueryRing.allocate(4);
  ring.begin('warm-up', 100);
  for (let query = 0; query < 4; query++) ring.push(-1 - query, 0, 0);
  const warmUp = new WarmUp(
    { minQueries: 1000, minSeconds: 0, maxSeconds: 1e6, until: 'plateau' },
    { add: () => false },
  );
  const { load } = machine(ring, 1, { warmUp });
  const order = ring.order.bind(ring);
  ring.order = (command) => {
    order(command);
    if (command === 'window') ring.end(null);
  };
  await serveQueue(load);
  expect(warmUp.outcome).toEqual({ queries: 1, seconds: 1, ended: 'no plateau' });
});

test('a record that answers true stops the generator', async () => {
  const ring = sentRing([[0, 0, 0]]);
  const { load } = machine(ring, 1, { record: () => true });
  await serveQueue(load);
  expect(ring.command).toBe('stop');
});

test('the drain ends at its limit, and what still waits is counted', async () => {
  const ring = sentRing([
    [0, 0, 0],
    [1, 0, 0],
    [2, 0, 0],
    [3, 0, 0],
  ]);
  const { load } = machine(ring, 1, { drainUntil: 102 });
  expect(await serveQueue(load)).toMatchObject({ queries: 2, unserved: 2, seconds: 2 });
});

test('a query is staged while none waits, so that staging it takes nothing from its latency', async () => {
  const ring = QueryRing.allocate(4);
  const staged: number[] = [];
  const { load, steps, pass } = machine(ring, 1, {
    stage: (query) => {
      staged.push(query);
      pass(0.5);
      // Arrives while it is staged.
      if (staged.length === 1) {
        ring.begin('window', 100);
        ring.push(0, 0.25, 0.25);
        ring.push(1, 0.25, 0.25);
        ring.end(null);
      }
      return undefined;
    },
  });
  await serveQueue(load);
  expect(staged).toEqual([0, 1]);
  expect(steps.filter(([what]) => what === 'window').map(([, , , , started]) => started)).toEqual([0.5, 2]);
});

test('a closed loop is told when each query was done', async () => {
  const ring = sentRing([[0, 0, 0]]);
  await serveQueue(machine(ring, 1, { isClosedLoop: true }).load);
  expect(ring.completed).toBe(1);
  expect(ring.completedAt(0)).toBe(101);
});

test('a generator that died ends the measurement with its error', async () => {
  const ring = QueryRing.allocate(4);
  const check = (): void => {
    throw new Error('the thread died');
  };
  await expect(serveQueue(machine(ring, 1, { check }).load)).rejects.toThrow('the thread died');
});
