import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { readSegments } from '../../src/results/segment-file.ts';
import { inThisThread, type Sampled } from '../../src/runner/sampled.ts';
import { Sampling, type SamplingProblem } from '../../src/runner/sampling.ts';

let folder = '';
let file = '';
let now = 0;
let problems: SamplingProblem[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-sampling-'));
  file = join(folder, 'telemetry.seg');
  now = 50;
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A collector of one column whose values count up, from 1. */
function counter(name: string, changes: Partial<Collector> = {}): Sampled {
  let count = 0;
  return inThisThread({
    name,
    columns: [{ name: 'count', unit: 'count', description: 'Counts the samples.' }],
    phase: 'early',
    probe: async () => ({ available: true }),
    open: async () => {},
    sample: (row, offset) => {
      row[offset] = ++count;
    },
    close: async () => {},
    ...changes,
  });
}

function sampling(...collectors: Sampled[]): Sampling {
  return new Sampling(
    collectors,
    (problem) => problems.push(problem),
    () => now,
  );
}

function columns(): Record<string, number[]> {
  return Object.fromEntries(Object.entries(readSegments(file).data).map(([name, values]) => [name, [...values]]));
}

async function take(it: Sampling, ticks: number): Promise<number> {
  await it.open({ pid: null }, file, 48);
  for (let tick = 0; tick < ticks; tick++) {
    now += 0.1;
    it.tick();
  }
  return it.close();
}

test('a row a tick: the time since the origin, then the columns of each collector', async () => {
  expect(await take(sampling(counter('a'), counter('b')), 3)).toBe(3);
  expect(columns()).toEqual({
    time: [expect.closeTo(2.1, 9), expect.closeTo(2.2, 9), expect.closeTo(2.3, 9)],
    'a.count': [1, 2, 3],
    'b.count': [1, 2, 3],
  });
  expect(problems).toEqual([]);
});

test('a collector that throws loses its own columns from then on, and is reported once', async () => {
  let calls = 0;
  const bad = counter('bad', {
    sample: (row, offset) => {
      row[offset] = ++calls;
      if (calls === 2) throw new Error('sensor gone');
    },
  });
  await take(sampling(counter('good'), bad), 4);
  expect(columns()['good.count']).toEqual([1, 2, 3, 4]);
  expect(columns()['bad.count']).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
  expect(problems).toEqual([{ collector: 'bad', code: 'COLLECTOR_FAILED', reason: 'sensor gone' }]);
});

test('a collector that cannot be opened is left out of the round, and tried again in the next', async () => {
  let openings = 0;
  const shy = counter('shy', {
    open: async () => {
      if (++openings === 1) throw new Error('not yet');
    },
  });
  const it = sampling(shy);
  await take(it, 1);
  expect(columns()['shy.count']).toEqual([Number.NaN]);
  rmSync(file);
  await take(it, 1);
  expect(columns()['shy.count']).toEqual([1]);
  expect(problems.map(({ reason }) => reason)).toEqual(['not yet']);
});

test('the early phase opens first and closes last', async () => {
  const order: string[] = [];
  const noted = (name: string, phase: 'early' | 'late'): Sampled =>
    counter(name, {
      phase,
      open: async () => void order.push(`open ${name}`),
      close: async () => void order.push(`close ${name}`),
    });
  await take(sampling(noted('sensitive', 'late'), noted('robust', 'early')), 1);
  expect(order).toEqual(['open robust', 'open sensitive', 'close sensitive', 'close robust']);
});

test('figures that come after the tick stand in the row of the tick that asked for them', async () => {
  const answers: number[] = [];
  const slow: Sampled = {
    ...counter('slow'),
    begin: (_row, _offset, tick) => void answers.push(tick * 10),
    finish: (row, offset, tick) => {
      row[offset] = answers[tick - 1] ?? Number.NaN;
    },
  };
  await take(sampling(slow), 3);
  expect(columns()['slow.count']).toEqual([10, 20, 30]);
});

test('one that never answers does not keep the file from being closed', async () => {
  const silent: Sampled = { ...counter('silent'), begin: () => {}, finish: () => {}, ready: () => false };
  const it = sampling(silent);
  await it.open({ pid: null }, file, 48);
  it.tick();
  setTimeout(() => {
    now += 1;
  }, 20);
  expect(await it.close()).toBe(1);
  expect(columns()['silent.count']).toEqual([Number.NaN]);
});

test('a second file cannot be opened before the first is closed', async () => {
  const it = sampling(counter('a'));
  await it.open({ pid: null }, file, 48);
  await expect(it.open({ pid: null }, join(folder, 'other.seg'), 48)).rejects.toMatchObject({ code: 'SAMPLING_OPEN' });
  expect(existsSync(join(folder, 'other.seg'))).toBe(false);
  await it.close();
});

test('closing when nothing is open is no error and gives no rows', async () => {
  expect(await sampling(counter('a')).close()).toBe(0);
});

test('a source that reports when it likes is waited for at the end, so that its last report is in a row', async () => {
  let reported = Number.NaN;
  const slow = counter('slow', {
    settle: async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      reported = 7;
    },
    sample: (row, offset) => {
      row[offset] = reported;
    },
  });
  const it = sampling(counter('quick'), slow);
  await it.open({ pid: null }, file, 48);
  it.tick();
  expect(await it.settle()).toBe(true);
  it.tick();
  await it.close();
  expect(columns()['slow.count']).toEqual([Number.NaN, 7]);
});

test('a source that fails to report at the end is no problem of the round', async () => {
  const broken = counter('broken', { settle: async () => Promise.reject(new Error('gone')) });
  const it = sampling(broken);
  await it.open({ pid: null }, file, 48);
  await it.settle();
  await it.close();
  expect(problems).toEqual([]);
  expect(await sampling(counter('quick')).settle()).toBe(false);
});

test('the end reaches every collector, also one that was never opened', async () => {
  const ended: string[] = [];
  const kept = (name: string) => counter(name, { end: async () => void ended.push(name) });
  await sampling(kept('a'), counter('b'), kept('c')).end();
  expect(ended).toEqual(['a', 'c']);
});

test('in blocks, each row says its block, and collectors rest from the first row of one without sampling to the next with it', async () => {
  const events: string[] = [];
  const it = sampling(
    counter('a', {
      pause: () => void events.push(`pause ${now}`),
      resume: () => void events.push(`resume ${now}`),
    }),
  );
  await it.open({ pid: null }, file, 48, true);
  for (const [time, block, on] of [
    [50, 0, true],
    [51, 1, false],
    [52, 2, false],
    [53, 3, true],
  ] as const) {
    now = time;
    it.tickInBlock({ block, on, hertz: 10 });
  }
  await it.close();
  expect(events).toEqual(['pause 51', 'resume 53']);
  expect(columns()).toEqual({
    time: [2, 3, 4, 5],
    'a.count': [1, 2, 3, 4],
    'sampler.block': [0, 1, 2, 3],
    'sampler.on': [1, 0, 0, 1],
    'sampler.hertz': [10, 10, 10, 10],
  });
});

test('what rests when the round ends goes on before the last reports are waited for', async () => {
  const events: string[] = [];
  const it = sampling(
    counter('a', {
      pause: () => void events.push('pause'),
      resume: () => void events.push('resume'),
      settle: async () => void events.push('settle'),
    }),
  );
  await it.open({ pid: null }, file, 48, true);
  it.tickInBlock({ block: 0, on: false, hertz: 10 });
  it.endBlocks();
  it.endBlocks();
  await it.settle();
  it.tick();
  await it.close();
  expect(events).toEqual(['pause', 'resume', 'settle']);
  expect(columns()).toMatchObject({ 'sampler.block': [0, 0], 'sampler.on': [0, 0] });
});

test('a collector that cannot rest loses its columns and is reported', async () => {
  const it = sampling(
    counter('a', {
      pause: () => {
        throw new Error('no rest');
      },
    }),
  );
  await it.open({ pid: null }, file, 48, true);
  it.tickInBlock({ block: 0, on: false, hertz: 10 });
  it.tickInBlock({ block: 1, on: true, hertz: 10 });
  await it.close();
  expect(columns()['a.count']).toEqual([1, Number.NaN]);
  expect(problems).toEqual([{ collector: 'a', code: 'COLLECTOR_FAILED', reason: 'no rest' }]);
});
