import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadCollectors } from '../../src/runner/plugin-thread.ts';
import type { Sampled } from '../../src/runner/sampled.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-plugin-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A module that registers a collector `noise` with one column; `methods` replaces some of its methods. */
function plugin(name: string, methods: string): string {
  return module(
    name,
    `export function register({ collectors }) {
      collectors.add({
        name: 'noise', phase: 'early',
        columns: [{ name: 'level', unit: 'ratio', description: 'How loud it is.' }],
        async probe() { return { available: true }; },
        async open() {},
        sample(row, offset) { row[offset] = 0.25; },
        async close() {},
        ${methods}
      });
    }`,
  );
}

function module(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return pathToFileURL(path).href;
}

/** Asks for one sample and waits for the answer, at most a second. */
async function sampleOnce(collector: Sampled, tick: number): Promise<number> {
  const row = new Float64Array(3).fill(-1);
  collector.begin(row, 1, tick);
  for (let waited = 0; waited < 1000 && !collector.ready(tick); waited += 5) await sleep(5);
  collector.finish(row, 1, tick);
  expect([row[0], row[2]]).toEqual([-1, -1]);
  return row[1] ?? Number.NaN;
}

async function only(url: string, seconds = 5): Promise<Sampled> {
  const { collectors, refused } = await loadCollectors(url, seconds);
  expect(refused).toBeNull();
  const [collector] = collectors;
  if (collector === undefined) throw new Error('Expected a collector.');
  return collector;
}

test('a collector of a plug-in is sampled in its thread; what it prints does not reach our output', async () => {
  const url = plugin(
    'good.mjs',
    `async open({ pid }) { console.log('hello'); this.pid = pid; }, sample(row, offset) { row[offset] = this.pid / 2; }`,
  );
  const collector = await only(url);
  expect(collector.name).toBe('noise');
  expect(await collector.probe()).toEqual({ available: true });
  await collector.open({ pid: 14 });
  expect(await sampleOnce(collector, 1)).toBe(7);
  expect(await sampleOnce(collector, 2)).toBe(7);
  await collector.close();
});

test('a sample that throws gives NaN and is an error at the next tick', async () => {
  const collector = await only(plugin('throws.mjs', `sample() { throw new Error('sensor gone'); }`));
  await collector.open({ pid: null });
  expect(await sampleOnce(collector, 1)).toBeNaN();
  await sleep(50);
  expect(() => collector.begin(new Float64Array(1), 0, 2)).toThrow('sensor gone');
});

test('a sample in an endless loop has its thread ended; the caller is not held up', async () => {
  const collector = await only(plugin('hangs.mjs', 'sample() { for (;;); }'), 1);
  await collector.open({ pid: null });
  const row = new Float64Array(1);
  collector.begin(row, 0, 1);
  await sleep(1100);
  expect(() => collector.begin(row, 0, 2)).toThrow('the collector "noise" did not answer for 1 s.');
  expect(row[0]).toBeNaN();
  await expect(collector.open({ pid: null })).rejects.toMatchObject({ code: 'COLLECTOR_LOST' });
});

test('a slow sample is NaN for the ticks that it missed and is not asked twice', async () => {
  const collector = await only(
    plugin(
      'slow.mjs',
      'sample(row, offset) { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); row[offset] = (this.n = (this.n ?? 0) + 1); }',
    ),
  );
  await collector.open({ pid: null });
  const row = new Float64Array(1);
  collector.begin(row, 0, 1);
  collector.finish(row, 0, 1);
  expect(row[0]).toBeNaN();
  collector.begin(row, 0, 2); // still busy with the first
  expect(collector.ready(2)).toBe(true); // so nothing is waited for
  for (let waited = 0; waited < 3000 && !collector.ready(1); waited += 10) await sleep(10);
  expect(await sampleOnce(collector, 3)).toBe(2);
});

test('a figure of the round before never stands in the row of a tick with the same number', async () => {
  const collector = await only(
    plugin(
      'rounds.mjs',
      'async open() { this.round = (this.round ?? 0) + 1; }, sample(row, offset) { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100); row[offset] = this.round; }',
    ),
  );
  for (const round of [1, 2, 3]) {
    await collector.open({ pid: null });
    expect(await sampleOnce(collector, 1)).toBe(round);
    await collector.close();
  }
});

test('an opening that fails is refused with the reason', async () => {
  const collector = await only(plugin('shy.mjs', `async open() { throw new Error('no sensor'); }`));
  await expect(collector.open({ pid: null })).rejects.toMatchObject({ code: 'COLLECTOR_FAILED', message: 'no sensor' });
});

test('a plug-in of backends only has no collectors, and that is no fault', async () => {
  const url = module(
    'backend.mjs',
    `export function register({ backends }) { backends.add({ name: 'mine', probe() {}, load() {} }); }`,
  );
  expect(await loadCollectors(url, 5)).toMatchObject({ collectors: [], refused: null });
});

test.each([
  ['does not parse', 'nonsense(', 'PLUGIN_INVALID', 'could not be loaded'],
  [
    'has a backend that cannot be loaded',
    `export const register = ({ backends }) => backends.add({ name: 'mine', probe() {} });`,
    'BACKEND_INVALID',
    'function "load"',
  ],
  ['registers nothing', 'export const x = 1;', 'PLUGIN_INVALID', 'expected a function "register(plugins)"'],
  [
    'breaks the contract',
    `export const register = ({ collectors }) => collectors.add({ name: 'noise' });`,
    'COLLECTOR_INVALID',
    'collector.phase',
  ],
  ['ends its thread', 'process.exit(3);', 'PLUGIN_FAILED', 'exit code 3'],
  ['never loads', 'await new Promise(() => setInterval(() => {}, 1000));', 'COLLECTOR_HUNG', 'took longer than 2 s'],
])('a module that %s is refused with the reason', async (name, code, expectedCode, reason) => {
  const { collectors, refused } = await loadCollectors(module(`${name.replaceAll(' ', '-')}.mjs`, code), 2);
  expect(collectors).toEqual([]);
  expect(refused?.code).toBe(expectedCode);
  expect(refused?.reason).toContain(reason);
});

test('columns that the probe found take the place of the declared ones, with the devices that they are of', async () => {
  const collector = await only(
    plugin(
      'boards.mjs',
      `async probe() {
        return {
          available: true,
          columns: [{ name: 'gpu0_power', unit: 'W', description: 'Power.', handle() {} }],
          devices: [{ uuid: 'BOARD-1', index: 0, kind: 'gpu', handle() {} }],
        };
      },
      async settle() { this.settled = true; }, sample(row, offset) { row[offset] = this.settled ? 70 : 60; }`,
    ),
  );
  expect(collector.columns).toEqual([{ name: 'gpu0_power', unit: 'W', description: 'Power.' }]);
  expect(await collector.probe()).toMatchObject({
    devices: [{ uuid: 'BOARD-1', index: 0, kind: 'gpu', name: null, notes: [] }],
  });
  expect(await sampleOnce(collector, 1)).toBe(60);
  await collector.settle();
  expect(await sampleOnce(collector, 2)).toBe(70);
  await collector.end(); // it has none: nothing is waited for
});

test('a probe that answers columns of no known unit has the plug-in refused', async () => {
  const url = plugin(
    'millivolts.mjs',
    `async probe() { return { available: true, columns: [{ name: 'a', unit: 'mV' }] }; }`,
  );
  const { refused } = await loadCollectors(url, 5);
  expect(refused).toMatchObject({ code: 'COLLECTOR_INVALID' });
  expect(refused?.reason).toContain('probe().columns[0].unit to be one of s, bytes');
});
