import { expect, test } from 'vitest';
import { LoadVisitor, loadFigures, type RoundLoad } from '../../src/analysis/load-figures.ts';
import { kindOfBareLoop, kindOfHarness } from '../../src/results/record.ts';
import type { Measured, ScenarioSnapshot } from '../../src/results/snapshot.ts';

interface Row {
  readonly scheduled: number;
  readonly sent: number;
  readonly completed: number;
  readonly kind?: number;
}

const server: ScenarioSnapshot = { kind: 'server', arrivals: { kind: 'poisson' }, rate: 2 };

/** A round with these queries, shown to the visitor in chunks of `size`. */
function round(rows: readonly Row[], { scenario = server, unserved = 0, size = 2 } = {}): RoundLoad {
  const load = new LoadVisitor(scenario);
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size);
    const times = (of: (row: Row) => number) => Float64Array.from(part, of);
    const zeros = new Float64Array(part.length);
    load.visit({
      rows: part.length,
      items: new Int32Array(part.length).fill(1),
      kind: Int32Array.from(part, ({ kind = kindOfHarness }) => kind),
      scheduled: times(({ scheduled }) => scheduled),
      sent: times(({ sent }) => sent),
      started: times(({ sent }) => sent),
      completed: times(({ completed }) => completed),
      preprocess: zeros,
      inference: zeros,
      postprocess: zeros,
    });
  }
  const generator = { thread: 'worker', spins: true, stopped: null, unserved, seed: 1, cpuSeconds: null } as const;
  return { load, measured: { generator } as Partial<Measured> as Measured };
}

/** Four queries: due at 0, 1, 2, 3, of which the third is sent 0.5 s late; each is served in 1.5 s, one after another. */
const four: readonly Row[] = [
  { scheduled: 0, sent: 0, completed: 1.5 },
  { scheduled: 1, sent: 1, completed: 3 },
  { scheduled: 2, sent: 2.5, completed: 4.5 },
  { scheduled: 3, sent: 3.0009, completed: 6 },
];

test('rates are those of the queries but one over the time of the last', () => {
  const figures = loadFigures([round(four)], server);
  expect(figures).toMatchObject({ targetRate: 2, scheduledRate: 3 / 3, completedRate: 3 / 6, drainSeconds: 3 });
});

test('what a closed loop has scheduled before its window began counts for the rate of scheduling with its time', () => {
  const loop: ScenarioSnapshot = { kind: 'closed_loop', concurrency: 2 };
  // Two under way, each served in a second and scheduled when the one before the last is done.
  const rows = [-1, 0, 1, 2].map((scheduled, index) => ({ scheduled, sent: scheduled, completed: index + 1 }));
  const figures = loadFigures([round(rows, { scenario: loop })], loop);
  expect(figures).toMatchObject({ scheduledRate: 3 / 3, completedRate: 3 / 4 });
  expect(figures?.inFlight.mean).toBe(2);
});

test('late is what was sent more than a millisecond after it was due', () => {
  // 0.5 s is late, 0.9 ms is not.
  expect(loadFigures([round(four)], server)?.late).toEqual({ limitSeconds: 1e-3, share: 0.25, worstSeconds: 0.5 });
});

test('under way are on average the times in it over the length of the window, and at most as many as at any sending', () => {
  const figures = loadFigures([round(four)], server);
  // (1.5 + 2 + 2 + 2.9991) / 6
  expect(figures?.inFlight.mean).toBeCloseTo(8.4991 / 6, 12);
  expect(figures?.inFlight.most).toBe(2);
});

test('how the rows come in chunks changes nothing', () => {
  expect(loadFigures([round(four, { size: 1 })], server)).toEqual(loadFigures([round(four, { size: 4 })], server));
});

test('rates are the mean of the rounds, shares are of all queries, drain and the most under way of the worst round', () => {
  const quick = [
    { scheduled: 0, sent: 0, completed: 0.5 },
    { scheduled: 0.5, sent: 0.5, completed: 0.75 },
  ];
  const figures = loadFigures([round(four, { unserved: 2 }), round(quick, { unserved: 1 })], server);
  expect(figures?.scheduledRate).toBe((1 + 1 / 0.5) / 2);
  expect(figures?.late?.share).toBe(1 / 6);
  expect(figures?.inFlight.most).toBe(2);
  expect(figures?.drainSeconds).toBe(3);
  expect(figures?.unserved).toBe(3);
});

test('queries of a bare loop are no load', () => {
  const bare = four.map((row) => ({ ...row, completed: row.completed + 50, kind: kindOfBareLoop }));
  expect(loadFigures([round([...four, ...bare])], server)).toEqual(loadFigures([round(four)], server));
  expect(loadFigures([round(bare)], server)).toBe(null);
});

test('offline nothing is late and nothing has a scheduled rate', () => {
  const scenario = { kind: 'offline' };
  const rows = [0, 1, 2].map((sent) => ({ scheduled: 0, sent, completed: sent + 1 }));
  const figures = loadFigures([round(rows, { scenario })], scenario);
  expect(figures).toMatchObject({ targetRate: null, scheduledRate: null, completedRate: 2 / 3, late: null });
  expect(figures?.inFlight).toEqual({ mean: 1, most: 1 });
  expect(figures?.overSaturation).toBe(null);
});

test('what a load asks for is its rate, the one that was found, that of its trace, or nothing', () => {
  const target = (scenario: ScenarioSnapshot, searched: number | null = null) =>
    loadFigures([round(four, { scenario })], scenario, searched)?.targetRate;
  expect(target({ kind: 'server', arrivals: { kind: 'constant' }, rate: 'search' }, 12.5)).toBe(12.5);
  expect(target({ kind: 'server', arrivals: { kind: 'ramp' }, rate: 100 })).toBe(null);
  expect(target({ kind: 'closed_loop', concurrency: 2 })).toBe(null);
  // 5 queries in 2 s at three times the speed.
  expect(target({ kind: 'replay', trace: { sha256: '', queries: 5, seconds: 2 }, speed: 3 })).toBe(6);
});

test('queries that pile up are told of the round in which they do, and only where they come on a schedule', () => {
  const rows = (service: number): Row[] => {
    let free = 0;
    return Array.from({ length: 400 }, (_, query) => {
      const sent = query / 10;
      free = Math.max(free, sent) + service * (1 + 0.01 * (query % 7));
      return { scheduled: sent, sent, completed: free };
    });
  };
  // 10 queries a second; 1 / 0.05 s = 20 and 1 / 0.2 s = 5 can be served.
  expect(loadFigures([round(rows(0.05))], server)?.overSaturation?.significant).toBe(false);
  const both = loadFigures([round(rows(0.05)), round(rows(0.2)), round(rows(0.05))], server)?.overSaturation;
  expect(both).toMatchObject({ significant: true });
  expect(both?.inFlightSlope).toBeGreaterThan(1);
  const scenario = { kind: 'closed_loop', concurrency: 4 };
  expect(loadFigures([round(rows(0.2), { scenario })], scenario)?.overSaturation).toBe(null);
});
