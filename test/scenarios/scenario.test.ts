import { expect, test } from 'vitest';
import { runScenario } from '../../src/scenarios/scenario.ts';
import type { WindowBounds } from '../../src/scenarios/window.ts';

/** A machine on which each query takes exactly `seconds`, and recording takes `pause`. */
function machine(bounds: WindowBounds, seconds: number, pause = 0) {
  let time = 100;
  const rows: number[][] = [];
  return {
    rows,
    load: {
      bounds,
      now: () => time,
      issue: async () => {
        time += seconds;
      },
      record: (...row: number[]) => {
        rows.push(row);
        time += pause;
        return undefined;
      },
    },
  };
}

test('single stream goes on until both minima are reached', async () => {
  const { rows, load } = machine({ minQueries: 3, minSeconds: 2, maxSeconds: 100 }, 0.5);
  const outcome = await runScenario({ kind: 'single_stream' }, load);
  // 3 queries take 1.5 s: a fourth is needed for the 2 s.
  expect(outcome).toEqual({ start: 100, queries: 4, seconds: 2 });
  expect(rows).toEqual([
    [0, 0, 0, 0, 0.5],
    [1, 0.5, 0.5, 0.5, 1],
    [2, 1, 1, 1, 1.5],
    [3, 1.5, 1.5, 1.5, 2],
  ]);
});

test('the maximum ends a window that has too few queries', async () => {
  const { load } = machine({ minQueries: 1000, minSeconds: 1, maxSeconds: 2 }, 0.75);
  expect((await runScenario({ kind: 'single_stream' }, load)).queries).toBe(3); // 0.75, 1.5, 2.25 ≥ 2
});

test('the time that recording takes is in no latency', async () => {
  const { rows, load } = machine({ minQueries: 2, minSeconds: 0, maxSeconds: 100 }, 0.5, 0.25);
  await runScenario({ kind: 'single_stream' }, load);
  expect(rows.map(([, scheduled = 0, , , completed = 0]) => completed - scheduled)).toEqual([0.5, 0.5]);
});

test.each(['single_stream', 'offline'] as const)('the time that staging takes is in no latency of %s', async (kind) => {
  const { rows, load } = machine({ minQueries: 3, minSeconds: 0, maxSeconds: 100 }, 0.5);
  const { now, issue } = load;
  const start = now();
  let time = 0;
  const steps: string[] = [];
  const outcome = await runScenario(
    { kind },
    {
      ...load,
      now: () => now() + time,
      // In memory for the first query, from the disk for the others.
      stage: (query) => {
        steps.push(`stage ${query}`);
        if (query === 0) {
          time += 0.25;
          return undefined;
        }
        return Promise.resolve().then(() => {
          time += 2;
        });
      },
      issue: (query) => {
        steps.push(`issue ${query}`);
        return issue();
      },
    },
  );
  expect(rows.map(([, , , started = 0, completed = 0]) => [started, completed])).toEqual([
    [0.25, 0.75],
    [2.75, 3.25],
    [5.25, 5.75],
  ]);
  if (kind === 'single_stream') expect(rows.map(([, scheduled]) => scheduled)).toEqual([0.25, 2.75, 5.25]);
  expect(steps).toEqual(['stage 0', 'issue 0', 'stage 1', 'issue 1', 'stage 2', 'issue 2']);
  expect(outcome).toEqual({ start, queries: 3, seconds: 5.75 });
});

test('offline schedules every query at 0', async () => {
  const { rows, load } = machine({ minQueries: 3, minSeconds: 0, maxSeconds: 100 }, 1);
  const outcome = await runScenario({ kind: 'offline' }, load);
  expect(rows).toEqual([
    [0, 0, 0, 0, 1],
    [1, 0, 1, 1, 2],
    [2, 0, 2, 2, 3],
  ]);
  expect(outcome.seconds).toBe(3);
});

test('a query that fails ends the window with its error', async () => {
  const { load } = machine({ minQueries: 3, minSeconds: 0, maxSeconds: 100 }, 1);
  const failing = { ...load, issue: () => Promise.reject(new Error('out of memory')) };
  await expect(runScenario({ kind: 'offline' }, failing)).rejects.toThrow('out of memory');
});

test('a query of multi-stream is scheduled when the one before is done', async () => {
  const { rows, load } = machine({ minQueries: 2, minSeconds: 0, maxSeconds: 100 }, 0.5, 0.25);
  await runScenario({ kind: 'multi_stream', itemsPerQuery: 8 }, load);
  expect(rows).toEqual([
    [0, 0, 0, 0, 0.5],
    [1, 0.75, 0.75, 0.75, 1.25],
  ]);
});

test('in a closed loop of one, what the harness needs between two queries is its own lateness', async () => {
  const { rows, load } = machine({ minQueries: 3, minSeconds: 0, maxSeconds: 100 }, 0.5, 0.25);
  await runScenario({ kind: 'closed_loop', concurrency: 1 }, load);
  expect(rows).toEqual([
    [0, 0, 0, 0, 0.5],
    [1, 0.5, 0.75, 0.75, 1.25],
    [2, 1.25, 1.5, 1.5, 2],
  ]);
});

test('a record that answers true ends the load before its bounds', async () => {
  const { rows, load } = machine({ minQueries: 9, minSeconds: 0, maxSeconds: 100 }, 1);
  const outcome = await runScenario(
    { kind: 'single_stream' },
    {
      ...load,
      record: (...row) => {
        load.record(...row);
        return rows.length === 2;
      },
    },
  );
  expect(outcome.queries).toBe(2);
});

test('load on a schedule is no business of the thread that serves it', () => {
  const { load } = machine({ minQueries: 1, minSeconds: 0, maxSeconds: 1 }, 1);
  const server = { kind: 'server', arrivals: { kind: 'constant' }, rate: 1 } as const;
  expect(() => runScenario(server, load)).toThrow('needs the generator');
});
