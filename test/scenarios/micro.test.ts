import { expect, test } from 'vitest';
import { runScenario } from '../../src/scenarios/scenario.ts';
import type { WindowBounds } from '../../src/scenarios/window.ts';

/** A machine on which each call takes exactly `seconds`, and recording takes `pause`. */
function machine(bounds: WindowBounds, seconds: number, pause = 0) {
  let time = 100;
  const rows: number[][] = [];
  const issue = async (): Promise<void> => {
    time += seconds;
  };
  const record = (...row: number[]): undefined => {
    rows.push(row);
    time += pause;
  };
  return { rows, load: { bounds, now: () => time, issue, record } };
}

test('micro calls until both minima are reached, and records each call', async () => {
  const { rows, load } = machine({ minQueries: 3, minSeconds: 2, maxSeconds: 100 }, 0.5);
  const outcome = await runScenario({ kind: 'micro' }, load);
  // 3 calls take 1.5 s: a fourth is needed for the 2 s.
  expect(outcome).toEqual({ start: 100, queries: 4, seconds: 2 });
  expect(rows).toEqual([
    [0, 0, 0, 0, 0.5],
    [1, 0.5, 0.5, 0.5, 1],
    [2, 1, 1, 1, 1.5],
    [3, 1.5, 1.5, 1.5, 2],
  ]);
});

test('micro ends at the maximum with fewer calls', async () => {
  const { rows, load } = machine({ minQueries: 1000, minSeconds: 1, maxSeconds: 2 }, 0.75);
  expect((await runScenario({ kind: 'micro' }, load)).queries).toBe(3); // 0.75, 1.5, 2.25 ≥ 2
  expect(rows.length).toBe(3);
});

test('micro counts neither recording nor getting a query ready as part of a call', async () => {
  const { rows, load } = machine({ minQueries: 2, minSeconds: 0, maxSeconds: 100 }, 0.5, 0.25);
  const staged: number[] = [];
  await runScenario({ kind: 'micro' }, { ...load, stage: async (query) => void staged.push(query) });
  expect(rows.map(([, scheduled = 0, , , completed = 0]) => completed - scheduled)).toEqual([0.5, 0.5]);
  expect(staged).toEqual([0, 1]);
});

test('micro fails with what a call failed with', async () => {
  const { load } = machine({ minQueries: 5, minSeconds: 0, maxSeconds: 100 }, 0.5);
  const issue = async (query: number): Promise<void> => {
    if (query === 2) throw new Error('the third call failed');
    await load.issue();
  };
  await expect(runScenario({ kind: 'micro' }, { ...load, issue })).rejects.toThrow('the third call failed');
});
